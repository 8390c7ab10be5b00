module sdlc/sdk

go 1.25
