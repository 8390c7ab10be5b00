// Package scalingpolicy makes a component of a policy that says how many replicas a service needs.
package scalingpolicy

import (
	"sdlc/sdk"
	"sdlc/sdk/internal/adapters/export_sdlc_plugin_scaling_policy"
	"sdlc/sdk/internal/bindings/sdlc_plugin_scaling_policy"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	_ "sdlc/sdk/internal/bindings/world_scaling_policy"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/instance"
	"sdlc/sdk/internal/wit/types"
)

// Policy says how many replicas a service needs, as a pure function.
type Policy interface {
	Decide(observation Observation) (Decision, error)
}

// Sample is what was measured over one interval that ends at At; CPU and Memory are means per replica in per cent.
type Sample struct {
	At                uint64
	Replicas          int
	CPU               float64
	Memory            float64
	RequestsPerSecond float64
	LatencyP95        float64
	ErrorRate         float64
}

// Target is what the environment asks for; nil: not a target. The host clamps to Min and Max whatever the policy says.
type Target struct {
	Min                         int
	Max                         int
	CPU                         *float64
	Memory                      *float64
	Latency                     *float64
	RequestsPerSecondPerReplica *float64
	ErrorRate                   *float64
	// StartUp is milliseconds that a new replica needs before it serves.
	StartUp uint64
}

// Observation is all that a policy gets to see; times are milliseconds since the Unix epoch.
type Observation struct {
	Now    uint64
	Target Target
	// Samples are oldest first; the newest is the current state.
	Samples []Sample
	// State is what the policy returned last time; empty at first.
	State []byte
}

// ForecastPoint is what a policy expects of one moment.
type ForecastPoint struct {
	At                uint64
	RequestsPerSecond float64
}

// Decision is a number of replicas, and why.
type Decision struct {
	Replicas int
	Reason   string
	Forecast []ForecastPoint
	// State is given back at the next call; at most 64 KiB.
	State []byte
}

// Export makes a component of a policy, which create makes from its settings; its error should be sdlc.Problems. Call it
// in an init function.
func Export[S any](plugin sdlc.Plugin[S], create func(S) (Policy, error)) {
	slot := instance.Export(plugin, create)
	export_sdlc_plugin_scaling_policy.Decide = func(
		observation sdlc_plugin_scaling_policy.Observation,
	) wit_types.Result[sdlc_plugin_scaling_policy.Decision, sdlc_plugin_types.Error] {
		policy, err := slot.Get()
		var decision Decision
		if err == nil {
			decision, err = policy.Decide(lift(observation))
		}
		return convert.Result(decision, err, lower)
	}
}

func lift(observation sdlc_plugin_scaling_policy.Observation) Observation {
	target := observation.Target
	return Observation{
		Now: observation.Now,
		Target: Target{
			Min:                         int(target.Min),
			Max:                         int(target.Max),
			CPU:                         convert.Pointer(target.Cpu),
			Memory:                      convert.Pointer(target.Memory),
			Latency:                     convert.Pointer(target.Latency),
			RequestsPerSecondPerReplica: convert.Pointer(target.RequestsPerSecondPerReplica),
			ErrorRate:                   convert.Pointer(target.ErrorRate),
			StartUp:                     target.StartUp,
		},
		Samples: convert.All(observation.Samples, func(sample sdlc_plugin_scaling_policy.Sample) Sample {
			return Sample{
				At:                sample.At,
				Replicas:          int(sample.Replicas),
				CPU:               sample.Cpu,
				Memory:            sample.Memory,
				RequestsPerSecond: sample.RequestsPerSecond,
				LatencyP95:        sample.LatencyP95,
				ErrorRate:         sample.ErrorRate,
			}
		}),
		State: observation.State,
	}
}

func lower(decision Decision) sdlc_plugin_scaling_policy.Decision {
	return sdlc_plugin_scaling_policy.Decision{
		Replicas: uint32(max(decision.Replicas, 0)),
		Reason:   decision.Reason,
		Forecast: convert.All(decision.Forecast, func(point ForecastPoint) sdlc_plugin_scaling_policy.ForecastPoint {
			return sdlc_plugin_scaling_policy.ForecastPoint{At: point.At, RequestsPerSecond: point.RequestsPerSecond}
		}),
		State: decision.State,
	}
}
