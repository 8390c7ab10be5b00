/* Looks for files that every repository should have. */
#include "sdlc-workspace-gate.h"

/* The plugin's own table of sdlc.toml. */
static struct {
    sdlc_texts required;
} settings = {.required = {(sdlc_text[]){SDLC_TEXT("README.md")}, 1}};

static const sdlc_field fields[] = {
    {"required", SDLC_TEXTS, &settings.required, "Paths of files that must be there."},
};

static const sdlc_rule rules[] = {
    {.id = "missing-file", .severity = SDLC_ERROR, .summary = "a required file is not there"},
};

static void check_settings(sdlc_problems *problems) {
    if (settings.required.count == 0) sdlc_problem(problems, "required", "must name a file");
}

const sdlc_plugin sdlc_the_plugin = {
    .name = "{{name}}",
    .version = "0.1.0",
    .summary = "looks for files that should be there",
    .rules = rules,
    .rule_count = sizeof rules / sizeof *rules,
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .check_settings = check_settings,
};

static bool is_there(const sdlc_entries *entries, sdlc_text path) {
    for (size_t at = 0; at < entries->len; at++) {
        if (sdlc_same(entries->ptr[at].path, path)) return true;
    }
    return false;
}

bool sdlc_on_check(sdlc_report *report, sdlc_error *error) {
    sdlc_entries entries;
    if (!sdlc_workspace_files("**", &entries, error)) return false;
    sdlc_report_metric(report, "tracked-files", (double)entries.len, NULL);
    for (size_t at = 0; at < settings.required.count; at++) {
        sdlc_text path = settings.required.items[at];
        if (!is_there(&entries, path)) {
            sdlc_report_finding(report, "missing-file", SDLC_ERROR, "`%.*s` is not there", SDLC_ARG(path));
        }
    }
    sdlc_plugin_workspace_list_entry_free(&entries);
    return true;
}
