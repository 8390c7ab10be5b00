/* A strategy that says the next step of a deployment, as a pure function. */
#ifndef SDLC_DEPLOY_STRATEGY_H
#define SDLC_DEPLOY_STRATEGY_H

#include "sdlc-sdk.h"

typedef exports_sdlc_plugin_deploy_strategy_rollout_t sdlc_rollout;
typedef exports_sdlc_plugin_deploy_strategy_slot_t sdlc_slot;
typedef exports_sdlc_plugin_deploy_strategy_decision_t sdlc_decision;

/* The next step, with a reason as by `printf`; always true, so that it ends a call. */
bool sdlc_start(sdlc_decision *decision, uint32_t replicas, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool sdlc_shift(sdlc_decision *decision, uint32_t share, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool sdlc_wait(sdlc_decision *decision, uint32_t milliseconds, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool sdlc_promote(sdlc_decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool sdlc_roll_back(sdlc_decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text that comes back as `state` at the next call; at most 64 KiB. */
void sdlc_keep(sdlc_decision *decision, sdlc_text state);

/* The plugin's: the next step for what was observed. */
bool sdlc_on_next(const sdlc_rollout *rollout, sdlc_decision *decision, sdlc_error *error);

#endif
