// Package convert goes between the SDK's types and those of the bindings.
package convert

import (
	"errors"

	"sdlc/sdk"
	"sdlc/sdk/internal/bindings/sdlc_plugin_plugin"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

// Optional is none where a value is the zero value.
func Optional[T comparable](value T) wit_types.Option[T] {
	var zero T
	if value == zero {
		return wit_types.None[T]()
	}
	return wit_types.Some(value)
}

// Pointer is nil where a value is none.
func Pointer[T any](value wit_types.Option[T]) *T {
	if value.IsNone() {
		return nil
	}
	some := value.Some()
	return &some
}

// All goes through a slice.
func All[A, B any](items []A, convert func(A) B) []B {
	converted := make([]B, len(items))
	for i, item := range items {
		converted[i] = convert(item)
	}
	return converted
}

// Result is what a call of the plugin gives the host.
func Result[A, B any](value A, err error, convert func(A) B) wit_types.Result[B, sdlc_plugin_types.Error] {
	if err != nil {
		return wit_types.Err[B](lowerError(err))
	}
	return wit_types.Ok[B, sdlc_plugin_types.Error](convert(value))
}

// Returned is what a call of the host gives the plugin.
func Returned[T any](result wit_types.Result[T, sdlc_plugin_types.Error]) (value T, err error) {
	if result.IsErr() {
		return value, liftError(result.Err())
	}
	return result.Ok(), nil
}

func lowerError(err error) sdlc_plugin_types.Error {
	if known := (*sdlc.Error)(nil); errors.As(err, &known) {
		switch known.Kind {
		case sdlc.KindInvalidInput:
			return sdlc_plugin_types.MakeErrorInvalidInput(err.Error())
		case sdlc.KindMissing:
			return sdlc_plugin_types.MakeErrorMissing(err.Error())
		case sdlc.KindDenied:
			return sdlc_plugin_types.MakeErrorDenied(err.Error())
		case sdlc.KindExceeded:
			return sdlc_plugin_types.MakeErrorExceeded(err.Error())
		}
	}
	return sdlc_plugin_types.MakeErrorOther(err.Error())
}

func liftError(err sdlc_plugin_types.Error) error {
	switch err.Tag() {
	case sdlc_plugin_types.Error_InvalidInput:
		return &sdlc.Error{Kind: sdlc.KindInvalidInput, Message: err.InvalidInput()}
	case sdlc_plugin_types.Error_Missing:
		return &sdlc.Error{Kind: sdlc.KindMissing, Message: err.Missing()}
	case sdlc_plugin_types.Error_Denied:
		return &sdlc.Error{Kind: sdlc.KindDenied, Message: err.Denied()}
	case sdlc_plugin_types.Error_Exceeded:
		return &sdlc.Error{Kind: sdlc.KindExceeded, Message: err.Exceeded()}
	default:
		return &sdlc.Error{Kind: sdlc.KindOther, Message: err.Other()}
	}
}

// LowerRule is a rule as the contract has it.
func LowerRule(rule sdlc.Rule) sdlc_plugin_plugin.Rule {
	name := rule.Name
	if name == "" {
		name = rule.ID
	}
	return sdlc_plugin_plugin.Rule{
		Id:               rule.ID,
		Name:             name,
		Summary:          rule.Summary,
		Explanation:      rule.Explanation,
		Help:             Optional(rule.Help),
		Severity:         uint8(rule.Severity),
		Tags:             rule.Tags,
		SecuritySeverity: Optional(rule.SecuritySeverity),
	}
}
