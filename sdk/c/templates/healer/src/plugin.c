/* Replaces a word that a gate reported, and restarts replicas that do not answer. */
#include "sdlc-healer.h"

#include <stdlib.h>
#include <string.h>

/* The plugin's own table of sdlc.toml. */
static struct {
    sdlc_text rule;
    sdlc_text word;
    sdlc_text replacement;
} settings = {.rule = SDLC_TEXT("banned-word"), .word = SDLC_TEXT("colour"), .replacement = SDLC_TEXT("color")};

static const sdlc_field fields[] = {
    {"rule", SDLC_STRING, &settings.rule, "Rule whose findings are healed."},
    {"word", SDLC_STRING, &settings.word, "Word that is replaced."},
    {"replacement", SDLC_STRING, &settings.replacement, "What it is replaced by."},
};

static void check_settings(sdlc_problems *problems) {
    if (settings.word.len == 0) sdlc_problem(problems, "word", "must not be empty");
}

const sdlc_plugin sdlc_the_plugin = {
    .name = "{{name}}",
    .version = "0.1.0",
    .summary = "replaces a word that a gate reported",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .check_settings = check_settings,
};

/* The text with the word replaced, newly allocated. */
static sdlc_text replaced(sdlc_text text) {
    /* Each word takes at least one byte, so the text grows by that much at most. */
    size_t most = text.len + text.len / settings.word.len * settings.replacement.len;
    sdlc_text result = {sdlc_allocate(most), 0};
    for (size_t at = 0; at < text.len;) {
        ptrdiff_t found = sdlc_find(text, settings.word, at);
        size_t end = found < 0 ? text.len : (size_t)found;
        memcpy(result.ptr + result.len, text.ptr + at, end - at);
        result.len += end - at;
        at = end;
        if (found >= 0) {
            memcpy(result.ptr + result.len, settings.replacement.ptr, settings.replacement.len);
            result.len += settings.replacement.len;
            at += settings.word.len;
        }
    }
    return result;
}

/* Whether a finding is one that is healed here, and the first on its file. */
static bool is_first(const sdlc_finding *findings, size_t at) {
    for (size_t each = 0; each <= at; each++) {
        bool ours = findings[each].location.is_some && sdlc_same(findings[each].rule, settings.rule);
        if (ours && sdlc_same(findings[each].location.val.path, findings[at].location.val.path)) return each == at;
    }
    return false;
}

bool sdlc_on_findings(const sdlc_finding *findings, size_t count, sdlc_treatments *treatments, sdlc_error *error) {
    for (size_t at = 0; at < count; at++) {
        if (!findings[at].location.is_some || !is_first(findings, at)) continue;
        sdlc_text path = findings[at].location.val.path, text;
        if (!sdlc_workspace_read(path, &text, error)) return false;
        if (sdlc_find(text, settings.word, 0) >= 0) {
            sdlc_text healed = replaced(text);
            sdlc_treatment *treatment =
                sdlc_treat(treatments, "replace `%.*s` by `%.*s` in `%.*s`", SDLC_ARG(settings.word),
                           SDLC_ARG(settings.replacement), SDLC_ARG(path));
            sdlc_write(treatment, path, healed);
            free(healed.ptr);
        }
        sdlc_string_free(&text);
    }
    return true;
}

bool sdlc_on_incident(const sdlc_incident *incident, sdlc_treatments *treatments, sdlc_error *error) {
    (void)error;
    /* For anything else there is nothing to offer. */
    if (incident->kind == SDLC_UNREACHABLE && incident->replica.is_some) {
        sdlc_text replica = incident->replica.val;
        sdlc_treatment *treatment = sdlc_treat(treatments, "restart replica `%.*s` of `%.*s`", SDLC_ARG(replica),
                                               SDLC_ARG(incident->service));
        sdlc_restart_replica(treatment, replica);
    }
    return true;
}
