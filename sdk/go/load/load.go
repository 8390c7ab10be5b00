// Package load is load on a service that sdlc.toml lets the plugin reach, produced and measured by the host.
package load

import (
	"sdlc/sdk/internal/bindings/sdlc_plugin_load"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/wit/types"
)

// Measurement has latencies in milliseconds, from the scheduled start to the last byte.
type Measurement = sdlc_plugin_load.Measurement

// Request is what is sent, again and again.
type Request struct {
	Method string
	URL    string
	// Headers are names and values, in order.
	Headers [][2]string
	Body    []byte
}

// Plan starts requests on schedule whether or not earlier ones have ended. Times are milliseconds.
type Plan struct {
	Request Request
	// Rate is requests per second.
	Rate float64
	// WarmUp is load that is not counted, Duration load that is.
	WarmUp   uint32
	Duration uint32
	// Connections is the most requests in flight.
	Connections uint32
	Timeout     uint32
}

// Run returns when the plan is done. Denied where not granted, missing where nothing answers.
func Run(plan Plan) (Measurement, error) {
	header := func(header [2]string) wit_types.Tuple2[string, string] {
		return wit_types.Tuple2[string, string]{F0: header[0], F1: header[1]}
	}
	return convert.Returned(sdlc_plugin_load.Run(sdlc_plugin_load.Plan{
		Request: sdlc_plugin_load.Request{
			Method:  plan.Request.Method,
			Url:     plan.Request.URL,
			Headers: convert.All(plan.Request.Headers, header),
			Body:    plan.Request.Body,
		},
		Rate:        plan.Rate,
		WarmUp:      plan.WarmUp,
		Duration:    plan.Duration,
		Connections: plan.Connections,
		Timeout:     plan.Timeout,
	}))
}
