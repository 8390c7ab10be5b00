/* Finds calls of functions that should not be called. */
#include "banned.h"
#include "scan.h"

#include <string.h>

/* The plugin's own table of sdlc.toml. */
static struct {
    sdlc_texts functions;
    sdlc_texts also;
    sdlc_texts allowed;
} settings;

static const sdlc_field fields[] = {
    {"functions", SDLC_TEXTS, &settings.functions, "What is banned instead of the usual functions."},
    {"also", SDLC_TEXTS, &settings.also, "What is banned besides."},
    {"allowed", SDLC_TEXTS, &settings.allowed, "What is not banned."},
};

static const char *const tags[] = {"security", "external/cwe/cwe-676", NULL};

static const sdlc_rule rules[] = {
    {
        .id = "banned-function",
        .severity = SDLC_ERROR,
        .summary = "a function is called that should not be",
        .explanation = "These functions do not know how large a buffer is, or cannot be used safely for another reason. "
                       "Each finding says what to use instead. The settings `functions`, `also` and `allowed` change "
                       "what is banned.",
        .tags = tags,
        .security_severity = 7.5,
    },
};

static void check_names(sdlc_problems *problems, const char *key, const sdlc_texts *names) {
    for (size_t at = 0; at < names->count; at++) {
        sdlc_text name = names->items[at];
        bool is_name = name.len > 0 && !(name.ptr[0] >= '0' && name.ptr[0] <= '9');
        for (size_t each = 0; each < name.len; each++) {
            int character = name.ptr[each];
            is_name = is_name && (character >= 0x80 || character == '_' || (character >= '0' && character <= '9') ||
                                  ((character | 0x20) >= 'a' && (character | 0x20) <= 'z'));
        }
        if (!is_name) sdlc_problem_at(problems, key, at, "`%.*s` is no name of a function", SDLC_ARG(name));
    }
}

static void check_settings(sdlc_problems *problems) {
    check_names(problems, "functions", &settings.functions);
    check_names(problems, "also", &settings.also);
    check_names(problems, "allowed", &settings.allowed);
}

const sdlc_plugin sdlc_the_plugin = {
    .name = "banned-functions",
    .version = "0.1.0",
    .summary = "finds calls of functions that should not be called",
    .rules = rules,
    .rule_count = sizeof rules / sizeof *rules,
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .check_settings = check_settings,
};

void sdlc_on_select(sdlc_selection *selection) {
    sdlc_select(selection, "**/*.{c,h,cc,cpp,cxx,hh,hpp,hxx}");
}

static bool holds(const sdlc_texts *names, sdlc_text name) {
    for (size_t at = 0; at < names->count; at++) {
        if (sdlc_same(names->items[at], name)) return true;
    }
    return false;
}

static void judge(const call *call, const sdlc_file *file, sdlc_report *report) {
    if (holds(&settings.allowed, call->name)) return;
    bool ours = holds(&settings.functions, call->name) || holds(&settings.also, call->name);
    const banned_function *usual = banned_by_default(call->name);
    if (!ours && (usual == NULL || settings.functions.count > 0)) return;
    const char *hint = usual != NULL ? usual->hint : "it is in the settings of this gate";
    sdlc_finding *finding =
        sdlc_report_finding(report, "banned-function", usual != NULL ? usual->severity : SDLC_ERROR,
                            "`%.*s` is called; hint: %s", SDLC_ARG(call->name), hint);
    sdlc_finding_at(finding, file->path, call->start, call->end);
}

bool sdlc_on_check(const sdlc_file *file, sdlc_report *report, sdlc_error *error) {
    scan scan = {0};
    call call;
    /* Sources in an old encoding are sources too: only bytes below 0x80 matter here. */
    if (!sdlc_file_bytes(file, &scan.source, error)) return false;
    size_t calls = 0;
    for (; next_call(&scan, &call); calls++) judge(&call, file, report);
    sdlc_report_metric(report, "calls-checked", (double)calls, NULL);
    return true;
}
