/* The interface `plugin`, made of `sdlc_the_plugin`. */
#include "sdlc-sdk.h"

#include <stdlib.h>
#include <string.h>

static sdlc_option_string_t optional(const char *text) {
    sdlc_option_string_t option = {.is_some = text != NULL};
    if (text != NULL) option.val = sdlc_format("%s", text);
    return option;
}

void exports_sdlc_plugin_plugin_describe(exports_sdlc_plugin_plugin_info_t *info) {
    const sdlc_plugin *plugin = &sdlc_the_plugin;
    info->name = sdlc_format("%s", plugin->name);
    info->version = sdlc_format("%s", plugin->version);
    info->summary = sdlc_format("%s", plugin->summary);
    info->homepage = optional(plugin->homepage);
    info->settings_schema.is_some = true;
    info->settings_schema.val = sdlc_settings_schema(plugin->fields, plugin->field_count);
}

static bool wanted(const sdlc_list_string_t *ids, const char *id) {
    for (size_t at = 0; at < ids->len; at++) {
        if (sdlc_same(ids->ptr[at], (sdlc_text){(uint8_t *)id, strlen(id)})) return true;
    }
    return ids->len == 0;
}

void exports_sdlc_plugin_plugin_rules(sdlc_list_string_t *ids, exports_sdlc_plugin_plugin_list_rule_t *rules) {
    memset(rules, 0, sizeof *rules);
    for (size_t at = 0; at < sdlc_the_plugin.rule_count; at++) {
        const sdlc_rule *rule = &sdlc_the_plugin.rules[at];
        if (!wanted(ids, rule->id)) continue;
        exports_sdlc_plugin_plugin_rule_t *told = &SDLC_ADD(rules);
        told->id = sdlc_format("%s", rule->id);
        told->name = sdlc_format("%s", rule->id);
        told->summary = sdlc_format("%s", rule->summary);
        told->explanation = sdlc_format("%s", rule->explanation != NULL ? rule->explanation : "");
        told->help = optional(rule->help);
        told->severity = (uint8_t)rule->severity;
        for (const char *const *tag = rule->tags; tag != NULL && *tag != NULL; tag++) {
            SDLC_ADD(&told->tags) = sdlc_format("%s", *tag);
        }
        told->security_severity.is_some = rule->security_severity > 0;
        told->security_severity.val = rule->security_severity;
    }
    sdlc_list_string_free(ids);
}

bool exports_sdlc_plugin_plugin_configure(sdlc_string_t *settings, exports_sdlc_plugin_plugin_list_problem_t *problems) {
    memset(problems, 0, sizeof *problems);
    const sdlc_plugin *plugin = &sdlc_the_plugin;
    sdlc_settings_read(plugin->fields, plugin->field_count, *settings, problems);
    if (problems->len == 0 && plugin->check_settings != NULL) plugin->check_settings(problems);
    sdlc_string_free(settings);
    return problems->len == 0;
}

/* The bindings want to be linked with an object that describes the world. The build adds the description afterwards, so
 * there is none. */
void __component_type_object_force_link_sdlc(void);
void __component_type_object_force_link_sdlc(void) {}
