module example.com/allowed

require (
	example.com/ours/a v0.0.0-20240102030405-abcdef123456
	example.com/oursnot v0.0.0-20240102030405-abcdef123456
)

replace example.com/ours/a => ./a
