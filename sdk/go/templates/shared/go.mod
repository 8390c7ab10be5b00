module {{name}}

go 1.25

require sdlc/sdk v0.0.0

replace sdlc/sdk => ./sdk
