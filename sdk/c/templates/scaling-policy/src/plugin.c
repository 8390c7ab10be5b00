/* Keeps the load of each replica near a target. */
#include "sdlc-scaling-policy.h"

#include <math.h>

/* The plugin's own table of sdlc.toml. */
static struct {
    double tolerance;
} settings = {.tolerance = 0.1};

static const sdlc_field fields[] = {
    {"tolerance", SDLC_NUMBER, &settings.tolerance, "No change while the load is this near its target, as a share of it."},
};

static void check_settings(sdlc_problems *problems) {
    if (!(settings.tolerance >= 0 && settings.tolerance < 1)) {
        sdlc_problem(problems, "tolerance", "must be at least 0 and below 1");
    }
}

const sdlc_plugin sdlc_the_plugin = {
    .name = "{{name}}",
    .version = "0.1.0",
    .summary = "keeps the load of each replica near a target",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .check_settings = check_settings,
};

bool sdlc_on_decide(const sdlc_observation *observation, sdlc_decision *decision, sdlc_error *error) {
    (void)error;
    if (observation->samples.len == 0) {
        return sdlc_decide(decision, observation->target.min, "nothing was measured yet");
    }
    const sdlc_sample *now = &observation->samples.ptr[observation->samples.len - 1];
    double target = observation->target.cpu.is_some ? observation->target.cpu.val : 70;
    double ratio = now->cpu / target;
    if (fabs(ratio - 1) <= settings.tolerance) {
        return sdlc_decide(decision, now->replicas, "cpu %.0f %% is near %.0f %%", now->cpu, target);
    }
    double replicas = fmin(ceil(now->replicas * ratio), UINT32_MAX);
    return sdlc_decide(decision, (uint32_t)replicas, "cpu %.0f %% where %.0f %% is wanted", now->cpu, target);
}
