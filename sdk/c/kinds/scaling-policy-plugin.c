/* The interface `scaling-policy`. */
#include "sdlc-scaling-policy.h"

#include <string.h>

bool sdlc_decide(sdlc_decision *decision, uint32_t replicas, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    decision->replicas = replicas;
    decision->reason = sdlc_format_list(format, arguments);
    va_end(arguments);
    return true;
}

void sdlc_keep(sdlc_decision *decision, sdlc_text state) {
    sdlc_text kept = sdlc_copy(state);
    decision->state = (sdlc_list_u8_t){kept.ptr, kept.len};
}

bool exports_sdlc_plugin_scaling_policy_decide(sdlc_observation *observation, sdlc_decision *decision,
                                               sdlc_error *error) {
    memset(decision, 0, sizeof *decision);
    bool decided = sdlc_on_decide(observation, decision, error);
    if (!decided) exports_sdlc_plugin_scaling_policy_decision_free(decision);
    exports_sdlc_plugin_scaling_policy_observation_free(observation);
    return decided;
}
