// Package deploystrategy makes a component of a strategy that says the next step of a deployment.
package deploystrategy

import (
	"errors"

	"sdlc/sdk"
	"sdlc/sdk/internal/adapters/export_sdlc_plugin_deploy_strategy"
	"sdlc/sdk/internal/bindings/sdlc_plugin_deploy_strategy"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	_ "sdlc/sdk/internal/bindings/world_deploy_strategy"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/instance"
	"sdlc/sdk/internal/wit/types"
)

// Strategy says the next step of a deployment, as a pure function.
type Strategy interface {
	Next(rollout Rollout) (Decision, error)
}

// Slot is one version of the service; times are milliseconds.
type Slot struct {
	Version  string
	Replicas int
	Healthy  int
	// Share is per cent of new requests.
	Share int
	// HealthyFor is nil until its replicas were all healthy.
	HealthyFor *uint64
	// Requests and Errors are since Share last changed.
	Requests   uint64
	Errors     uint64
	LatencyP50 float64
	LatencyP95 float64
	LatencyP99 float64
}

// Rollout is all that a strategy gets to see; times are milliseconds.
type Rollout struct {
	Elapsed       uint64
	SinceLastStep uint64
	// Replicas is what the environment asks for.
	Replicas int
	// Live is nil at the first deployment ever.
	Live *Slot
	// Candidate is nil until it was started.
	Candidate *Slot
	// LastStep says why the last step could not be carried out; nil: it was.
	LastStep error
	// State is what the strategy returned last time; empty at first.
	State []byte
}

// Step is what the host does next.
type Step struct {
	step sdlc_plugin_deploy_strategy.Step
}

// Start starts the candidate with so many replicas, or changes their number.
func Start(replicas int) Step {
	return Step{sdlc_plugin_deploy_strategy.MakeStepStart(uint32(replicas))}
}

// Shift sends so many per cent of new requests to the candidate. Refused while it is unhealthy.
func Shift(share int) Step {
	return Step{sdlc_plugin_deploy_strategy.MakeStepShift(uint32(share))}
}

// Wait looks again after so many milliseconds.
func Wait(milliseconds uint64) Step {
	return Step{sdlc_plugin_deploy_strategy.MakeStepWait(uint32(min(milliseconds, 1<<32-1)))}
}

// Promote makes the candidate the live version; the old one is drained, then stopped.
func Promote() Step {
	return Step{sdlc_plugin_deploy_strategy.MakeStepPromote()}
}

// RollBack gives all requests back to the live version; the candidate is drained and stopped.
func RollBack(reason string) Step {
	return Step{sdlc_plugin_deploy_strategy.MakeStepRollBack(reason)}
}

// Decision is a step, and why.
type Decision struct {
	Step   Step
	Reason string
	// State is given back at the next call; at most 64 KiB.
	State []byte
}

// Export makes a component of a strategy, which create makes from its settings; its error should be sdlc.Problems. Call
// it in an init function.
func Export[S any](plugin sdlc.Plugin[S], create func(S) (Strategy, error)) {
	slot := instance.Export(plugin, create)
	export_sdlc_plugin_deploy_strategy.Next = func(
		rollout sdlc_plugin_deploy_strategy.Rollout,
	) wit_types.Result[sdlc_plugin_deploy_strategy.Decision, sdlc_plugin_types.Error] {
		strategy, err := slot.Get()
		var decision Decision
		if err == nil {
			decision, err = strategy.Next(lift(rollout))
		}
		return convert.Result(decision, err, func(decision Decision) sdlc_plugin_deploy_strategy.Decision {
			return sdlc_plugin_deploy_strategy.Decision{
				Step:   decision.Step.step,
				Reason: decision.Reason,
				State:  decision.State,
			}
		})
	}
}

func lift(rollout sdlc_plugin_deploy_strategy.Rollout) Rollout {
	lifted := Rollout{
		Elapsed:       rollout.Elapsed,
		SinceLastStep: rollout.SinceLastStep,
		Replicas:      int(rollout.Replicas),
		Live:          liftSlot(rollout.Live),
		Candidate:     liftSlot(rollout.Candidate),
		State:         rollout.State,
	}
	if rollout.LastStep.IsErr() {
		lifted.LastStep = errors.New(rollout.LastStep.Err())
	}
	return lifted
}

func liftSlot(slot wit_types.Option[sdlc_plugin_deploy_strategy.Slot]) *Slot {
	if slot.IsNone() {
		return nil
	}
	some := slot.Some()
	return &Slot{
		Version:    some.Version,
		Replicas:   int(some.Replicas),
		Healthy:    int(some.Healthy),
		Share:      int(some.Share),
		HealthyFor: convert.Pointer(some.HealthyFor),
		Requests:   some.Requests,
		Errors:     some.Errors,
		LatencyP50: some.LatencyP50,
		LatencyP95: some.LatencyP95,
		LatencyP99: some.LatencyP99,
	}
}
