package convert

import (
	"sdlc/sdk"
	"sdlc/sdk/internal/bindings/sdlc_plugin_types"
	"sdlc/sdk/internal/wit/types"
)

// LowerReport is a report as the contract has it.
func LowerReport(report sdlc.Report) sdlc_plugin_types.Report {
	return sdlc_plugin_types.Report{
		Findings: All(report.Findings, lowerFinding),
		Metrics: All(report.Metrics, func(metric sdlc.Metric) sdlc_plugin_types.Metric {
			return sdlc_plugin_types.Metric{Name: metric.Name, Value: metric.Value, Unit: Optional(metric.Unit)}
		}),
	}
}

func lowerFinding(finding sdlc.Finding) sdlc_plugin_types.Finding {
	location := wit_types.None[sdlc_plugin_types.Location]()
	if finding.Location != nil {
		location = wit_types.Some(lowerLocation(*finding.Location))
	}
	return sdlc_plugin_types.Finding{
		Rule:     finding.Rule,
		Severity: uint8(finding.Severity),
		// The SDK counts from the surest, so that its zero value is the usual one.
		Confidence: sdlc_plugin_types.Confidence_High - uint8(finding.Confidence),
		Message:    finding.Message,
		Location:   location,
		Related: All(finding.Related, func(related sdlc.Related) sdlc_plugin_types.Related {
			return sdlc_plugin_types.Related{Location: lowerLocation(related.Location), Message: related.Message}
		}),
		Fixes:     All(finding.Fixes, lowerFix),
		Sensitive: finding.Sensitive,
	}
}

func lowerLocation(location sdlc.Location) sdlc_plugin_types.Location {
	region := wit_types.None[sdlc_plugin_types.Region]()
	if location.Bytes != nil {
		region = wit_types.Some(sdlc_plugin_types.MakeRegionBytes(lowerSpan(*location.Bytes)))
	} else if location.Points != nil {
		points := wit_types.Tuple2[sdlc_plugin_types.Position, sdlc_plugin_types.Position]{
			F0: lowerPosition(location.Points[0]),
			F1: lowerPosition(location.Points[1]),
		}
		region = wit_types.Some(sdlc_plugin_types.MakeRegionPoints(points))
	}
	return sdlc_plugin_types.Location{Path: location.Path, Region: region}
}

func lowerSpan(span sdlc.Span) sdlc_plugin_types.Span {
	return sdlc_plugin_types.Span{Start: uint32(span.Start), End: uint32(span.End)}
}

func lowerPosition(position sdlc.Position) sdlc_plugin_types.Position {
	return sdlc_plugin_types.Position{Line: uint32(position.Line), Column: uint32(position.Column)}
}

func lowerFix(fix sdlc.Fix) sdlc_plugin_types.Fix {
	return sdlc_plugin_types.Fix{
		Title:  fix.Title,
		Safety: uint8(fix.Safety),
		Edits: All(fix.Edits, func(edit sdlc.Edit) sdlc_plugin_types.Edit {
			return sdlc_plugin_types.Edit{Path: edit.Path, Span: lowerSpan(edit.Span), Replacement: edit.Replacement}
		}),
	}
}

// LiftFinding is a finding that a healer gets.
func LiftFinding(finding sdlc_plugin_types.Finding) sdlc.Finding {
	lifted := sdlc.Finding{
		Rule:       finding.Rule,
		Severity:   sdlc.Severity(finding.Severity),
		Confidence: sdlc.Confidence(sdlc_plugin_types.Confidence_High - finding.Confidence),
		Message:    finding.Message,
		Related: All(finding.Related, func(related sdlc_plugin_types.Related) sdlc.Related {
			return sdlc.Related{Location: liftLocation(related.Location), Message: related.Message}
		}),
		Fixes:     All(finding.Fixes, liftFix),
		Sensitive: finding.Sensitive,
	}
	if finding.Location.IsSome() {
		location := liftLocation(finding.Location.Some())
		lifted.Location = &location
	}
	return lifted
}

func liftLocation(location sdlc_plugin_types.Location) sdlc.Location {
	lifted := sdlc.Location{Path: location.Path}
	if location.Region.IsNone() {
		return lifted
	}
	switch region := location.Region.Some(); region.Tag() {
	case sdlc_plugin_types.Region_Bytes:
		span := liftSpan(region.Bytes())
		lifted.Bytes = &span
	case sdlc_plugin_types.Region_Points:
		points := region.Points()
		lifted.Points = &[2]sdlc.Position{liftPosition(points.F0), liftPosition(points.F1)}
	}
	return lifted
}

func liftSpan(span sdlc_plugin_types.Span) sdlc.Span {
	return sdlc.Span{Start: int(span.Start), End: int(span.End)}
}

func liftPosition(position sdlc_plugin_types.Position) sdlc.Position {
	return sdlc.Position{Line: int(position.Line), Column: int(position.Column)}
}

func liftFix(fix sdlc_plugin_types.Fix) sdlc.Fix {
	return sdlc.Fix{
		Title:  fix.Title,
		Safety: sdlc.Safety(fix.Safety),
		Edits: All(fix.Edits, func(edit sdlc_plugin_types.Edit) sdlc.Edit {
			return sdlc.Edit{Path: edit.Path, Span: liftSpan(edit.Span), Replacement: edit.Replacement}
		}),
	}
}
