// Package sdlc is for writing sdlc plugins in Go.
//
// It holds the data that plugins get and give. One package a kind of plugin makes a component: filegate, workspacegate,
// healer, scalingpolicy and deploystrategy, each with a function Export to be called in an init function. What workspace
// gates and healers may ask of the host is in the packages workspace, tools and load.
//
// Offsets are bytes of UTF-8, which is what indexes of Go's strings are, as are those that range and regexp give.
package sdlc
