/* Finds words that should not be there. */
#include "sdlc-file-gate.h"

/* The plugin's own table of sdlc.toml. */
static struct {
    sdlc_texts words;
} settings = {.words = {(sdlc_text[]){SDLC_TEXT("FIXME")}, 1}};

static const sdlc_field fields[] = {
    {"words", SDLC_TEXTS, &settings.words, "Words that are reported."},
};

static const sdlc_rule rules[] = {
    {
        .id = "banned-word",
        .severity = SDLC_WARNING,
        .summary = "a word that should not be there",
        .explanation = "The setting `words` lists what is reported.",
    },
};

static void check_settings(sdlc_problems *problems) {
    for (size_t at = 0; at < settings.words.count; at++) {
        if (settings.words.items[at].len == 0) sdlc_problem_at(problems, "words", at, "must not be empty");
    }
}

const sdlc_plugin sdlc_the_plugin = {
    .name = "{{name}}",
    .version = "0.1.0",
    .summary = "finds words that should not be there",
    .rules = rules,
    .rule_count = sizeof rules / sizeof *rules,
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .check_settings = check_settings,
};

void sdlc_on_select(sdlc_selection *selection) {
    sdlc_select(selection, "**/*.{md,txt}");
}

bool sdlc_on_check(const sdlc_file *file, sdlc_report *report, sdlc_error *error) {
    sdlc_text text;
    if (!sdlc_file_text(file, &text, error)) return false;
    for (size_t each = 0; each < settings.words.count; each++) {
        sdlc_text word = settings.words.items[each];
        for (ptrdiff_t at = sdlc_find(text, word, 0); at >= 0; at = sdlc_find(text, word, (size_t)at + word.len)) {
            sdlc_finding *finding = sdlc_report_finding(report, "banned-word", SDLC_WARNING,
                                                        "`%.*s` should not be here", SDLC_ARG(word));
            sdlc_finding_at(finding, file->path, (size_t)at, (size_t)at + word.len);
        }
    }
    return true;
}
