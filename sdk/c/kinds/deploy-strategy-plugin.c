/* The interface `deploy-strategy`. */
#include "sdlc-deploy-strategy.h"

#include <string.h>

/* Sets the reason from the arguments of the function around it. */
#define REASON(decision, format)                                  \
    do {                                                          \
        va_list arguments;                                        \
        va_start(arguments, format);                              \
        (decision)->reason = sdlc_format_list(format, arguments); \
        va_end(arguments);                                        \
    } while (0)

bool sdlc_start(sdlc_decision *decision, uint32_t replicas, const char *format, ...) {
    REASON(decision, format);
    decision->step.tag = EXPORTS_SDLC_PLUGIN_DEPLOY_STRATEGY_STEP_START;
    decision->step.val.start = replicas;
    return true;
}

bool sdlc_shift(sdlc_decision *decision, uint32_t share, const char *format, ...) {
    REASON(decision, format);
    decision->step.tag = EXPORTS_SDLC_PLUGIN_DEPLOY_STRATEGY_STEP_SHIFT;
    decision->step.val.shift = share;
    return true;
}

bool sdlc_wait(sdlc_decision *decision, uint32_t milliseconds, const char *format, ...) {
    REASON(decision, format);
    decision->step.tag = EXPORTS_SDLC_PLUGIN_DEPLOY_STRATEGY_STEP_WAIT;
    decision->step.val.wait = milliseconds;
    return true;
}

bool sdlc_promote(sdlc_decision *decision, const char *format, ...) {
    REASON(decision, format);
    decision->step.tag = EXPORTS_SDLC_PLUGIN_DEPLOY_STRATEGY_STEP_PROMOTE;
    return true;
}

bool sdlc_roll_back(sdlc_decision *decision, const char *format, ...) {
    REASON(decision, format);
    decision->step.tag = EXPORTS_SDLC_PLUGIN_DEPLOY_STRATEGY_STEP_ROLL_BACK;
    decision->step.val.roll_back = sdlc_format("%.*s", SDLC_ARG(decision->reason));
    return true;
}

void sdlc_keep(sdlc_decision *decision, sdlc_text state) {
    sdlc_text kept = sdlc_copy(state);
    decision->state = (sdlc_list_u8_t){kept.ptr, kept.len};
}

bool exports_sdlc_plugin_deploy_strategy_next(sdlc_rollout *rollout, sdlc_decision *decision, sdlc_error *error) {
    memset(decision, 0, sizeof *decision);
    bool decided = sdlc_on_next(rollout, decision, error);
    if (!decided) exports_sdlc_plugin_deploy_strategy_decision_free(decision);
    exports_sdlc_plugin_deploy_strategy_rollout_free(rollout);
    return decided;
}
