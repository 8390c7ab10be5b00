/* Gives a new version its share of requests step by step, and takes it back when requests fail. */
#include "sdlc-deploy-strategy.h"

#include <inttypes.h>

/* The plugin's own table of sdlc.toml. */
static struct {
    sdlc_integers steps;
    uint64_t hold;
    double max_error_rate;
} settings = {.steps = {(uint64_t[]){10, 50, 100}, 3}, .hold = 30000, .max_error_rate = 0.01};

static const sdlc_field fields[] = {
    {"steps", SDLC_INTEGERS, &settings.steps, "Per cent of requests, one step after the other; the last is 100."},
    {"hold", SDLC_INTEGER, &settings.hold, "Milliseconds that each step is watched."},
    {"max-error-rate", SDLC_NUMBER, &settings.max_error_rate, "Share of requests that may fail, 0 to 1."},
};

static void check_settings(sdlc_problems *problems) {
    const sdlc_integers *steps = &settings.steps;
    bool rises = steps->count > 0 && steps->items[steps->count - 1] == 100;
    for (size_t at = 1; at < steps->count; at++) rises = rises && steps->items[at - 1] <= steps->items[at];
    if (!rises) sdlc_problem(problems, "steps", "must rise, and end with 100");
    if (!(settings.max_error_rate >= 0 && settings.max_error_rate <= 1)) {
        sdlc_problem(problems, "max-error-rate", "must be between 0 and 1");
    }
}

const sdlc_plugin sdlc_the_plugin = {
    .name = "{{name}}",
    .version = "0.1.0",
    .summary = "shifts requests step by step",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .check_settings = check_settings,
};

/* The state is the time of the last shift, in digits; false where there was none. */
static bool last_shift(sdlc_text state, uint64_t *at) {
    *at = 0;
    for (size_t digit = 0; digit < state.len; digit++) *at = *at * 10 + (uint64_t)(state.ptr[digit] - '0');
    return state.len > 0;
}

bool sdlc_on_next(const sdlc_rollout *rollout, sdlc_decision *decision, sdlc_error *error) {
    (void)error;
    sdlc_text state = {rollout->state.ptr, rollout->state.len};
    if (rollout->last_step.is_err) return sdlc_roll_back(decision, "%.*s", SDLC_ARG(rollout->last_step.val.err));
    if (!rollout->candidate.is_some) return sdlc_start(decision, rollout->replicas, "the candidate is started");
    const sdlc_slot *candidate = &rollout->candidate.val;
    if (!candidate->healthy_for.is_some) {
        sdlc_keep(decision, state);
        return sdlc_wait(decision, 1000, "the candidate is not healthy yet");
    }
    if (!rollout->live.is_some) return sdlc_promote(decision, "there is no other version");
    if ((double)candidate->errors > (double)candidate->requests * settings.max_error_rate) {
        return sdlc_roll_back(decision, "%" PRIu64 " of %" PRIu64 " requests failed", candidate->errors,
                              candidate->requests);
    }
    uint64_t since;
    if (last_shift(state, &since) && since + settings.hold > rollout->elapsed) {
        uint64_t rest = since + settings.hold - rollout->elapsed;
        sdlc_keep(decision, state);
        return sdlc_wait(decision, rest > UINT32_MAX ? UINT32_MAX : (uint32_t)rest, "%u %% is watched",
                         (unsigned)candidate->share);
    }
    for (size_t at = 0; at < settings.steps.count; at++) {
        uint64_t share = settings.steps.items[at];
        if (share > candidate->share) {
            sdlc_text now = sdlc_format("%" PRIu64, rollout->elapsed);
            sdlc_keep(decision, now);
            sdlc_string_free(&now);
            return sdlc_shift(decision, (uint32_t)share, "%" PRIu64 " %% is next", share);
        }
    }
    return sdlc_promote(decision, "all steps went well");
}
