module example.com/good

go 1.22.3

require example.com/fine v1.2.3-rc.1

replace example.com/fine => example.com/fork v1.2.4
