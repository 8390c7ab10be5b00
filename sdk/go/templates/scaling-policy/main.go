// Keeps the load of each replica near a target.
package main

import (
	"fmt"
	"math"

	"sdlc/sdk"
	"sdlc/sdk/scalingpolicy"
)

// settings is the plugin's own table of sdlc.toml.
type settings struct {
	Tolerance float64 `doc:"No change while the load is this near its target, as a share of it."`
}

type tracking struct{ settings settings }

func init() {
	scalingpolicy.Export(sdlc.Plugin[settings]{
		Info: sdlc.Info{
			Name:    "{{name}}",
			Version: "0.1.0",
			Summary: "keeps the load of each replica near a target",
		},
		Defaults: settings{Tolerance: 0.1},
	}, newTracking)
}

func newTracking(settings settings) (scalingpolicy.Policy, error) {
	if settings.Tolerance < 0 || settings.Tolerance >= 1 {
		return nil, sdlc.Problems{{Key: "tolerance", Message: "must be at least 0 and below 1"}}
	}
	return tracking{settings}, nil
}

func (t tracking) Decide(observation scalingpolicy.Observation) (scalingpolicy.Decision, error) {
	if len(observation.Samples) == 0 {
		return scalingpolicy.Decision{Replicas: observation.Target.Min, Reason: "nothing was measured yet"}, nil
	}
	now := observation.Samples[len(observation.Samples)-1]
	target := 70.0
	if observation.Target.CPU != nil {
		target = *observation.Target.CPU
	}
	ratio := now.CPU / target
	if math.Abs(ratio-1) <= t.settings.Tolerance {
		reason := fmt.Sprintf("cpu %.0f %% is near %.0f %%", now.CPU, target)
		return scalingpolicy.Decision{Replicas: now.Replicas, Reason: reason}, nil
	}
	replicas := int(math.Ceil(float64(now.Replicas) * ratio))
	reason := fmt.Sprintf("cpu %.0f %% where %.0f %% is wanted", now.CPU, target)
	return scalingpolicy.Decision{Replicas: replicas, Reason: reason}, nil
}

// main is never called: the host calls what was exported.
func main() {}
