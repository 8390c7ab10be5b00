// Package healer makes a component of a healer: it proposes cures, and the host tries them.
package healer

import (
	"sdlc/sdk"
	"sdlc/sdk/internal/adapters/export_sdlc_plugin_healer"
	"sdlc/sdk/internal/bindings/sdlc_plugin_healer"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	_ "sdlc/sdk/internal/bindings/world_healer"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/instance"
	"sdlc/sdk/internal/wit/types"
)

// Healer proposes cures; none where there is nothing to offer.
type Healer interface {
	// HealFindings is for what gates found.
	HealFindings(findings []sdlc.Finding) ([]Treatment, error)
	// HealIncident is for a service in trouble.
	HealIncident(incident Incident) ([]Treatment, error)
}

// IncidentKind says what is wrong with a service.
type IncidentKind uint8

const (
	// Unreachable gives probes no answer.
	Unreachable IncidentKind = iota
	// CrashLoop ends again and again soon after its start.
	CrashLoop
	// MemoryLeak grows steadily, whatever the load.
	MemoryLeak
	// ErrorRate is above what the environment allows.
	ErrorRate
	// Latency is above what the environment allows.
	Latency
)

// Incident is something wrong with a running service.
type Incident struct {
	Environment string
	Service     string
	// Replica is empty for the service as a whole.
	Replica string
	Kind    IncidentKind
	// Evidence is what was observed, in words.
	Evidence string
}

// Treatment is actions that belong together, in order; the summary is imperative: pin requests to 2.32.4.
type Treatment struct {
	Summary string
	Actions []Action
}

// Action is one thing for the host to do, if its grant allows.
type Action struct {
	action sdlc_plugin_healer.Action
}

// Write writes a file as a whole.
func Write(path string, content []byte) Action {
	return Action{sdlc_plugin_healer.MakeActionWrite(sdlc_plugin_healer.FileContent{Path: path, Content: content})}
}

// Delete deletes a file.
func Delete(path string) Action {
	return Action{sdlc_plugin_healer.MakeActionDelete(path)}
}

// RestartReplica replaces one replica of the incident's service by a fresh one.
func RestartReplica(replica string) Action {
	return Action{sdlc_plugin_healer.MakeActionRestartReplica(replica)}
}

// RestartService replaces all replicas, one after the other.
func RestartService() Action {
	return Action{sdlc_plugin_healer.MakeActionRestartService()}
}

// Scale sets the number of replicas.
func Scale(replicas int) Action {
	return Action{sdlc_plugin_healer.MakeActionScale(uint32(replicas))}
}

// RollBack goes back to the version before.
func RollBack() Action {
	return Action{sdlc_plugin_healer.MakeActionRollBack()}
}

// Export makes a component of a healer, which create makes from its settings; its error should be sdlc.Problems. Call it
// in an init function.
func Export[S any](plugin sdlc.Plugin[S], create func(S) (Healer, error)) {
	slot := instance.Export(plugin, create)
	export_sdlc_plugin_healer.Heal = func(
		patient sdlc_plugin_healer.Patient,
	) wit_types.Result[[]sdlc_plugin_healer.Treatment, sdlc_plugin_types.Error] {
		healer, err := slot.Get()
		var treatments []Treatment
		if err == nil {
			treatments, err = heal(healer, patient)
		}
		return convert.Result(treatments, err, lowerTreatments)
	}
}

func heal(healer Healer, patient sdlc_plugin_healer.Patient) ([]Treatment, error) {
	if patient.Tag() == sdlc_plugin_healer.Patient_Findings {
		return healer.HealFindings(convert.All(patient.Findings(), convert.LiftFinding))
	}
	incident := patient.Incident()
	return healer.HealIncident(Incident{
		Environment: incident.Environment,
		Service:     incident.Service,
		Replica:     incident.Replica.SomeOr(""),
		Kind:        IncidentKind(incident.Kind),
		Evidence:    incident.Evidence,
	})
}

func lowerTreatments(treatments []Treatment) []sdlc_plugin_healer.Treatment {
	return convert.All(treatments, func(treatment Treatment) sdlc_plugin_healer.Treatment {
		actions := convert.All(treatment.Actions, func(action Action) sdlc_plugin_healer.Action { return action.action })
		return sdlc_plugin_healer.Treatment{Summary: treatment.Summary, Actions: actions}
	})
}
