/* A healer: it proposes cures, and the host tries them. */
#ifndef SDLC_HEALER_H
#define SDLC_HEALER_H

#include "sdlc-sdk.h"
#include "sdlc-workspace.h"

typedef exports_sdlc_plugin_healer_incident_t sdlc_incident;
typedef exports_sdlc_plugin_healer_treatment_t sdlc_treatment;
typedef exports_sdlc_plugin_healer_list_treatment_t sdlc_treatments;

/* What is wrong with a service. */
enum {
    SDLC_UNREACHABLE = EXPORTS_SDLC_PLUGIN_HEALER_INCIDENT_KIND_UNREACHABLE,
    SDLC_CRASH_LOOP = EXPORTS_SDLC_PLUGIN_HEALER_INCIDENT_KIND_CRASH_LOOP,
    SDLC_MEMORY_LEAK = EXPORTS_SDLC_PLUGIN_HEALER_INCIDENT_KIND_MEMORY_LEAK,
    SDLC_ERROR_RATE = EXPORTS_SDLC_PLUGIN_HEALER_INCIDENT_KIND_ERROR_RATE,
    SDLC_LATENCY = EXPORTS_SDLC_PLUGIN_HEALER_INCIDENT_KIND_LATENCY
};

/* A treatment without actions yet; the summary is imperative. It is valid until the next one is added. */
sdlc_treatment *sdlc_treat(sdlc_treatments *treatments, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the host does, in this order. */
void sdlc_write(sdlc_treatment *treatment, sdlc_text path, sdlc_text content);
void sdlc_delete(sdlc_treatment *treatment, sdlc_text path);
void sdlc_restart_replica(sdlc_treatment *treatment, sdlc_text replica);
void sdlc_restart_service(sdlc_treatment *treatment);
void sdlc_scale(sdlc_treatment *treatment, uint32_t replicas);
void sdlc_roll_back(sdlc_treatment *treatment);

/* The plugin's: treatments for what gates found. */
bool sdlc_on_findings(const sdlc_finding *findings, size_t count, sdlc_treatments *treatments, sdlc_error *error);

/* The plugin's: treatments for a service in trouble. */
bool sdlc_on_incident(const sdlc_incident *incident, sdlc_treatments *treatments, sdlc_error *error);

#endif
