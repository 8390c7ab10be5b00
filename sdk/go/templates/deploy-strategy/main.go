// Gives a new version its share of requests step by step, and takes it back when requests fail.
package main

import (
	"fmt"
	"slices"
	"strconv"

	"sdlc/sdk"
	"sdlc/sdk/deploystrategy"
)

// settings is the plugin's own table of sdlc.toml.
type settings struct {
	Steps        []int   `doc:"Per cent of requests, one step after the other; the last is 100."`
	Hold         uint64  `doc:"Milliseconds that each step is watched."`
	MaxErrorRate float64 `doc:"Share of requests that may fail, 0 to 1."`
}

type canary struct{ settings }

func init() {
	deploystrategy.Export(sdlc.Plugin[settings]{
		Info:     sdlc.Info{Name: "{{name}}", Version: "0.1.0", Summary: "shifts requests step by step"},
		Defaults: settings{Steps: []int{10, 50, 100}, Hold: 30_000, MaxErrorRate: 0.01},
	}, newCanary)
}

func newCanary(settings settings) (deploystrategy.Strategy, error) {
	var problems sdlc.Problems
	if steps := settings.Steps; !slices.IsSorted(steps) || len(steps) == 0 || steps[len(steps)-1] != 100 {
		problems = append(problems, sdlc.Problem{Key: "steps", Message: "must rise, and end with 100"})
	}
	if settings.MaxErrorRate < 0 || settings.MaxErrorRate > 1 {
		problems = append(problems, sdlc.Problem{Key: "max-error-rate", Message: "must be between 0 and 1"})
	}
	return canary{settings}, problems.Err()
}

func (c canary) Next(rollout deploystrategy.Rollout) (deploystrategy.Decision, error) {
	candidate := rollout.Candidate
	switch {
	case rollout.LastStep != nil:
		return rollBack(rollout.LastStep.Error()), nil
	case candidate == nil:
		step := deploystrategy.Start(rollout.Replicas)
		return deploystrategy.Decision{Step: step, Reason: "the candidate is started"}, nil
	case candidate.HealthyFor == nil:
		step := deploystrategy.Wait(1_000)
		reason := "the candidate is not healthy yet"
		return deploystrategy.Decision{Step: step, Reason: reason, State: rollout.State}, nil
	case rollout.Live == nil:
		return deploystrategy.Decision{Step: deploystrategy.Promote(), Reason: "there is no other version"}, nil
	case float64(candidate.Errors) > float64(candidate.Requests)*c.MaxErrorRate:
		return rollBack(fmt.Sprintf("%d of %d requests failed", candidate.Errors, candidate.Requests)), nil
	}
	// The state is the time of the last shift, in digits.
	if since, err := strconv.ParseUint(string(rollout.State), 10, 64); err == nil && since+c.Hold > rollout.Elapsed {
		step := deploystrategy.Wait(since + c.Hold - rollout.Elapsed)
		reason := fmt.Sprintf("%d %% is watched", candidate.Share)
		return deploystrategy.Decision{Step: step, Reason: reason, State: rollout.State}, nil
	}
	for _, share := range c.Steps {
		if share > candidate.Share {
			state := strconv.AppendUint(nil, rollout.Elapsed, 10)
			reason := fmt.Sprintf("%d %% is next", share)
			return deploystrategy.Decision{Step: deploystrategy.Shift(share), Reason: reason, State: state}, nil
		}
	}
	return deploystrategy.Decision{Step: deploystrategy.Promote(), Reason: "all steps went well"}, nil
}

func rollBack(reason string) deploystrategy.Decision {
	return deploystrategy.Decision{Step: deploystrategy.RollBack(reason), Reason: reason}
}

// main is never called: the host calls what was exported.
func main() {}
