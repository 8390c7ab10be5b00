/* A policy that says how many replicas a service needs, as a pure function. */
#ifndef SDLC_SCALING_POLICY_H
#define SDLC_SCALING_POLICY_H

#include "sdlc-sdk.h"

typedef exports_sdlc_plugin_scaling_policy_observation_t sdlc_observation;
typedef exports_sdlc_plugin_scaling_policy_sample_t sdlc_sample;
typedef exports_sdlc_plugin_scaling_policy_decision_t sdlc_decision;

/* Decides on a number of replicas, with a reason as by `printf`; always true, so that it ends a call. */
bool sdlc_decide(sdlc_decision *decision, uint32_t replicas, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Text that comes back as `state` at the next call; at most 64 KiB. */
void sdlc_keep(sdlc_decision *decision, sdlc_text state);

/* The plugin's: number of replicas for what was observed. */
bool sdlc_on_decide(const sdlc_observation *observation, sdlc_decision *decision, sdlc_error *error);

#endif
