// Package instance holds the one configured plugin of an instance, and exports the interface `plugin` for it.
package instance

import (
	"errors"
	"slices"

	"sdlc/sdk"
	"sdlc/sdk/internal/adapters/export_sdlc_plugin_plugin"
	"sdlc/sdk/internal/bindings/sdlc_plugin_plugin"
	"sdlc/sdk/internal/convert"
	"sdlc/sdk/internal/wit/types"
)

// Slot is where a plugin of the kind K is once it was configured.
type Slot[K any] struct {
	kind       K
	configured bool
}

// Get is the plugin.
func (s *Slot[K]) Get() (K, error) {
	if !s.configured {
		return s.kind, errors.New("called before `configure`")
	}
	return s.kind, nil
}

// Export exports the interface `plugin`.
func Export[S, K any](plugin sdlc.Plugin[S], create func(S) (K, error)) *Slot[K] {
	slot := &Slot[K]{}
	export_sdlc_plugin_plugin.Describe = func() sdlc_plugin_plugin.Info {
		return sdlc_plugin_plugin.Info{
			Name:           plugin.Info.Name,
			Version:        plugin.Info.Version,
			Summary:        plugin.Info.Summary,
			Homepage:       convert.Optional(plugin.Info.Homepage),
			SettingsSchema: wit_types.Some(sdlc.SettingsSchema(plugin.Defaults)),
		}
	}
	export_sdlc_plugin_plugin.Rules = func(ids []string) []sdlc_plugin_plugin.Rule {
		wanted := func(rule sdlc.Rule) bool { return len(ids) == 0 || slices.Contains(ids, rule.ID) }
		rules := slices.DeleteFunc(slices.Clone(plugin.Rules), func(rule sdlc.Rule) bool { return !wanted(rule) })
		return convert.All(rules, convert.LowerRule)
	}
	export_sdlc_plugin_plugin.Configure = func(text string) wit_types.Result[wit_types.Unit, []sdlc_plugin_plugin.Problem] {
		settings := plugin.Defaults
		err := sdlc.ParseSettings(text, &settings).Err()
		if err == nil {
			slot.kind, err = create(settings)
		}
		if err != nil {
			return wit_types.Err[wit_types.Unit](lowerProblems(err))
		}
		slot.configured = true
		return wit_types.Ok[wit_types.Unit, []sdlc_plugin_plugin.Problem](wit_types.Unit{})
	}
	return slot
}

func lowerProblems(err error) []sdlc_plugin_plugin.Problem {
	problems := sdlc.Problems{{Message: err.Error()}}
	errors.As(err, &problems)
	return convert.All(problems, func(problem sdlc.Problem) sdlc_plugin_plugin.Problem {
		return sdlc_plugin_plugin.Problem{Key: problem.Key, Message: problem.Message}
	})
}
