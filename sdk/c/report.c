/* Findings, fixes, metrics. */
#include "sdlc-sdk.h"

void sdlc_finding_at(sdlc_finding *finding, sdlc_text path, size_t start, size_t end) {
    sdlc_finding_in(finding, path);
    finding->location.val.region.is_some = true;
    finding->location.val.region.val.tag = SDLC_PLUGIN_TYPES_REGION_BYTES;
    finding->location.val.region.val.val.bytes = (sdlc_plugin_types_span_t){(uint32_t)start, (uint32_t)end};
}

void sdlc_finding_in(sdlc_finding *finding, sdlc_text path) {
    finding->location.is_some = true;
    finding->location.val.path = sdlc_copy(path);
    finding->location.val.region.is_some = false;
}

sdlc_fix *sdlc_finding_fix(sdlc_finding *finding, sdlc_safety safety, const char *title) {
    sdlc_fix *fix = &SDLC_ADD(&finding->fixes);
    fix->title = sdlc_format("%s", title);
    fix->safety = (uint8_t)safety;
    return fix;
}

void sdlc_fix_replace(sdlc_fix *fix, sdlc_text path, size_t start, size_t end, sdlc_text replacement) {
    sdlc_plugin_types_edit_t *edit = &SDLC_ADD(&fix->edits);
    edit->path = sdlc_copy(path);
    edit->span = (sdlc_plugin_types_span_t){(uint32_t)start, (uint32_t)end};
    edit->replacement = sdlc_copy(replacement);
}

void sdlc_report_metric(sdlc_report *report, const char *name, double value, const char *unit) {
    sdlc_plugin_types_metric_t *metric = &SDLC_ADD(&report->metrics);
    metric->name = sdlc_format("%s", name);
    metric->value = value;
    metric->unit.is_some = unit != NULL;
    if (unit != NULL) metric->unit.val = sdlc_format("%s", unit);
}
