/* Write sdlc plugins in C.
 *
 * A plugin defines `sdlc_the_plugin` and the functions of its kind, which are declared in `sdlc-file-gate.h`,
 * `sdlc-workspace-gate.h`, `sdlc-healer.h`, `sdlc-scaling-policy.h` and `sdlc-deploy-strategy.h`: include one of
 * these. The SDK calls them, and frees what goes to and comes from the host: texts that are handed to its functions
 * are copied, texts that it hands out are borrowed until the call returns.
 *
 * Spans are bytes of UTF-8, which is what offsets of `char` arrays are.
 */
#ifndef SDLC_SDK_H
#define SDLC_SDK_H

#include "sdlc-settings.h"
#include "sdlc-text.h"

/* Why a plugin could not do its work. What is wrong *in* a file is a finding, never an error. */
typedef sdlc_plugin_types_error_t sdlc_error;

typedef enum {
    /* The input cannot be processed, such as a truncated coverage report. */
    SDLC_INVALID_INPUT = SDLC_PLUGIN_TYPES_ERROR_INVALID_INPUT,
    /* Something the plugin needs is absent; the text says how to get it. */
    SDLC_MISSING = SDLC_PLUGIN_TYPES_ERROR_MISSING,
    /* The host refused a call; the text names the grant that would allow it. */
    SDLC_DENIED = SDLC_PLUGIN_TYPES_ERROR_DENIED,
    /* A limit of the host was hit; the text names the setting that would raise it. */
    SDLC_EXCEEDED = SDLC_PLUGIN_TYPES_ERROR_EXCEEDED,
    /* Anything else. */
    SDLC_OTHER = SDLC_PLUGIN_TYPES_ERROR_OTHER
} sdlc_error_kind;

/* Sets an error; always false, so that `return sdlc_fail(...)` ends a call. */
bool sdlc_fail(sdlc_error *error, sdlc_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How bad a finding is. Whether it fails the run is decided by `sdlc.toml`. */
typedef enum {
    SDLC_NOTE = SDLC_PLUGIN_TYPES_SEVERITY_NOTE,
    SDLC_WARNING = SDLC_PLUGIN_TYPES_SEVERITY_WARNING,
    SDLC_ERROR = SDLC_PLUGIN_TYPES_SEVERITY_ERROR
} sdlc_severity;

/* How sure the plugin is that a finding is one. */
typedef enum {
    SDLC_LOW = SDLC_PLUGIN_TYPES_CONFIDENCE_LOW,
    SDLC_MEDIUM = SDLC_PLUGIN_TYPES_CONFIDENCE_MEDIUM,
    SDLC_HIGH = SDLC_PLUGIN_TYPES_CONFIDENCE_HIGH
} sdlc_confidence;

/* Whether applying a fix can change what the program means. */
typedef enum {
    SDLC_SAFE = SDLC_PLUGIN_TYPES_SAFETY_SAFE,
    SDLC_UNSAFE = SDLC_PLUGIN_TYPES_SAFETY_UNSAFE,
    SDLC_DISPLAY_ONLY = SDLC_PLUGIN_TYPES_SAFETY_DISPLAY_ONLY
} sdlc_safety;

typedef sdlc_plugin_types_finding_t sdlc_finding;
typedef sdlc_plugin_types_fix_t sdlc_fix;
typedef sdlc_plugin_types_report_t sdlc_report;

/* A finding of high confidence on the workspace as a whole. It is valid until the next one is added. */
sdlc_finding *sdlc_report_finding(sdlc_report *report, const char *rule, sdlc_severity severity, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts a finding at these bytes of a file. */
void sdlc_finding_at(sdlc_finding *finding, sdlc_text path, size_t start, size_t end);

/* Makes a finding one about a file as a whole. */
void sdlc_finding_in(sdlc_finding *finding, sdlc_text path);

/* A fix without edits yet; the title is imperative. It is valid until the next one is added. */
sdlc_fix *sdlc_finding_fix(sdlc_finding *finding, sdlc_safety safety, const char *title);

/* Replaces these bytes; in the order of the file, without overlaps. */
void sdlc_fix_replace(sdlc_fix *fix, sdlc_text path, size_t start, size_t end, sdlc_text replacement);

/* A number for conditions in `sdlc.toml`; a null unit is a count. */
void sdlc_report_metric(sdlc_report *report, const char *name, double value, const char *unit);

/* What one rule is about, for `sdlc explain`. What is null is left out. */
typedef struct {
    const char *id;
    sdlc_severity severity;
    const char *summary;
    /* Markdown. */
    const char *explanation;
    const char *help;
    /* Ends with a null. */
    const char *const *tags;
    /* For rules about security: 0 to 10, as CVSS counts. */
    double security_severity;
} sdlc_rule;

/* Who a plugin is. */
typedef struct {
    /* Kebab-case. */
    const char *name;
    /* Semantic version. */
    const char *version;
    /* One line. */
    const char *summary;
    const char *homepage;
    const sdlc_rule *rules;
    size_t rule_count;
    /* Where the fields go: a struct that holds the defaults. */
    void *settings;
    const sdlc_field *fields;
    size_t field_count;
    /* Called once the settings were read, for what types cannot say. May be null. */
    void (*check_settings)(sdlc_problems *problems);
} sdlc_plugin;

/* Every plugin defines it. */
extern const sdlc_plugin sdlc_the_plugin;

#endif
