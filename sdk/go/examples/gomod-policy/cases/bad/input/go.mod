module example.com/größe // ein Umlaut

go 1.19

require github.com/pkg/errors v0.9.1

require (
	example.com/fine v1.2.3
	example.com/commit v0.0.0-20240102030405-abcdef123456 // indirect
	"example.com/quoted" v1.0.1-0.20240102030405-abcdef123456
)

replace example.com/fine => ../fine

replace example.com/other v1.0.0 => github.com/pkg/errors/v2 v2.0.0
