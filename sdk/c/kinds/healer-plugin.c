/* The interface `healer`. */
#include "sdlc-healer.h"

#include <string.h>

typedef exports_sdlc_plugin_healer_action_t action;

sdlc_treatment *sdlc_treat(sdlc_treatments *treatments, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    sdlc_treatment *treatment = &SDLC_ADD(treatments);
    treatment->summary = sdlc_format_list(format, arguments);
    va_end(arguments);
    return treatment;
}

static action *add(sdlc_treatment *treatment, uint8_t tag) {
    action *added = &SDLC_ADD(&treatment->actions);
    added->tag = tag;
    return added;
}

void sdlc_write(sdlc_treatment *treatment, sdlc_text path, sdlc_text content) {
    action *write = add(treatment, EXPORTS_SDLC_PLUGIN_HEALER_ACTION_WRITE);
    sdlc_text bytes = sdlc_copy(content);
    write->val.write.path = sdlc_copy(path);
    write->val.write.content = (sdlc_list_u8_t){bytes.ptr, bytes.len};
}

void sdlc_delete(sdlc_treatment *treatment, sdlc_text path) {
    add(treatment, EXPORTS_SDLC_PLUGIN_HEALER_ACTION_DELETE)->val.delete_ = sdlc_copy(path);
}

void sdlc_restart_replica(sdlc_treatment *treatment, sdlc_text replica) {
    add(treatment, EXPORTS_SDLC_PLUGIN_HEALER_ACTION_RESTART_REPLICA)->val.restart_replica = sdlc_copy(replica);
}

void sdlc_restart_service(sdlc_treatment *treatment) {
    add(treatment, EXPORTS_SDLC_PLUGIN_HEALER_ACTION_RESTART_SERVICE);
}

void sdlc_scale(sdlc_treatment *treatment, uint32_t replicas) {
    add(treatment, EXPORTS_SDLC_PLUGIN_HEALER_ACTION_SCALE)->val.scale = replicas;
}

void sdlc_roll_back(sdlc_treatment *treatment) {
    add(treatment, EXPORTS_SDLC_PLUGIN_HEALER_ACTION_ROLL_BACK);
}

bool exports_sdlc_plugin_healer_heal(exports_sdlc_plugin_healer_patient_t *patient, sdlc_treatments *treatments,
                                     sdlc_error *error) {
    memset(treatments, 0, sizeof *treatments);
    bool healed;
    if (patient->tag == EXPORTS_SDLC_PLUGIN_HEALER_PATIENT_FINDINGS) {
        healed = sdlc_on_findings(patient->val.findings.ptr, patient->val.findings.len, treatments, error);
    } else {
        healed = sdlc_on_incident(&patient->val.incident, treatments, error);
    }
    if (!healed) exports_sdlc_plugin_healer_list_treatment_free(treatments);
    exports_sdlc_plugin_healer_patient_free(patient);
    return healed;
}
