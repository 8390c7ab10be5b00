//! Keys of services that watch: metrics, logs, errors, incidents.

use sdlc_sdk::Severity;

use crate::rule::{ASSIGNED, Form, Rule, TOKEN};

pub(super) const RULES: [Rule; 15] = [
    Rule {
        id: "datadog-key",
        what: "Datadog API or application key",
        opens: "can send data, or with an application key read and change all there is",
        revoke: "Organization settings, API keys",
        keywords: &["datadog", "dd_api", "dd_app"],
        expression: "(?:[a-f0-9]{32}|[a-f0-9]{40})",
        finds: &["DATADOG_API_KEY=<hex:32>", r#"datadog_api_key: "<hex:32>""#],
        passes: &["DATADOG_API_REGION=<hex:32>", "DATADOG_API_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "newrelic-user-key",
        what: "New Relic user key",
        opens: "can read and change what its user can",
        revoke: "API keys",
        keywords: &["NRAK-"],
        expression: "NRAK-[A-Z0-9]{27}",
        finds: &["NEW_RELIC_KEY=NRAK-<upper:27>", "'NRAK-<upper:27>'"],
        passes: &["NRAK-<upper:8>", "NRAK-<=0:27>"],
        ..TOKEN
    },
    Rule {
        id: "newrelic-license-key",
        what: "New Relic license key",
        opens: "can send data to the account",
        revoke: "API keys",
        severity: Severity::Warning,
        score: 5.0,
        form: Form::Around,
        keywords: &["FFFFNRAL", "NRAL"],
        expression: r"\b([a-f0-9]{32,36}(?:FFFF)?NRAL)\b",
        finds: &["NEW_RELIC_LICENSE_KEY=<hex:32>FFFFNRAL", "'<hex:36>NRAL'"],
        passes: &["<hex:12>NRAL", "NEW_RELIC_LICENSE_KEY=<=a:36>NRAL"],
        ..TOKEN
    },
    Rule {
        id: "newrelic-insert-key",
        what: "New Relic insert key",
        opens: "can send data to the account",
        revoke: "API keys",
        severity: Severity::Warning,
        score: 5.0,
        keywords: &["NRII-"],
        expression: "NRII-[A-Za-z0-9_-]{32}",
        finds: &["INSERT_KEY=NRII-<b62:32>", "'NRII-<b62:32>'"],
        passes: &["NRII-<b62:8>", "NRII-<=0:32>"],
        ..TOKEN
    },
    Rule {
        id: "grafana-service-account-token",
        what: "Grafana service account token",
        opens: "can read and change dashboards and data sources",
        revoke: "Administration, Service accounts",
        keywords: &["glsa_"],
        expression: "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
        finds: &["GRAFANA_TOKEN=glsa_<b62:32>_<hex:8>", "'glsa_<b62:32>_<hex:8>'"],
        passes: &["glsa_<b62:8>", "glsa_<=x:32>_00000000"],
        ..TOKEN
    },
    Rule {
        id: "grafana-cloud-token",
        what: "Grafana Cloud access policy token",
        opens: "can send or read metrics and logs",
        revoke: "Grafana Cloud, Access policies",
        keywords: &["glc_"],
        expression: "glc_eyJ[A-Za-z0-9+/]{60,400}={0,2}",
        finds: &["GRAFANA_CLOUD_TOKEN=glc_eyJ<b62:120>=", "'glc_eyJ<b62:90>'"],
        passes: &["glc_<b62:8>", "glc_eyJ<=x:90>"],
        ..TOKEN
    },
    Rule {
        id: "grafana-api-key",
        what: "Grafana API key of the old form",
        opens: "can read and change dashboards and data sources",
        revoke: "Administration, API keys",
        keywords: &["eyJrIjoi"],
        expression: "eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}",
        finds: &["GRAFANA_KEY=eyJrIjoi<b62:92>==", "'eyJrIjoi<b62:80>'"],
        passes: &["eyJrIjoi<b62:8>", "eyJrIjoi<=x:80>"],
        ..TOKEN
    },
    Rule {
        id: "sentry-organization-token",
        what: "Sentry organization token",
        opens: "can upload releases and source maps",
        revoke: "Settings, Auth tokens",
        keywords: &["sntrys_"],
        expression: "sntrys_eyJ[A-Za-z0-9+/]{80,400}={0,2}_[A-Za-z0-9+/]{43}",
        finds: &["SENTRY_AUTH_TOKEN=sntrys_eyJ<b62:150>=_<b62:43>", "'sntrys_eyJ<b62:110>_<b62:43>'"],
        passes: &["sntrys_eyJ<b62:8>", "sntrys_eyJ<=x:110>_<=x:43>"],
        ..TOKEN
    },
    Rule {
        id: "sentry-user-token",
        what: "Sentry user token",
        opens: "can read and change what its user can",
        revoke: "User settings, Personal tokens",
        keywords: &["sntryu_"],
        expression: "sntryu_[a-f0-9]{64}",
        finds: &["SENTRY_AUTH_TOKEN=sntryu_<hex:64>", "'sntryu_<hex:64>'"],
        passes: &["sntryu_<hex:8>", "sntryu_<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "dynatrace-token",
        what: "Dynatrace access token",
        opens: "can read and change monitoring as its scopes allow",
        revoke: "Access tokens",
        keywords: &["dt0c01.", "dt0s16."],
        expression: r"dt0[cs](?:01|16)\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
        finds: &["DT_TOKEN=dt0c01.<upper:24>.<upper:64>", "'dt0s16.<upper:24>.<upper:64>'"],
        passes: &["dt0c01.<upper:24>", "dt0c01.<=X:24>.<=X:64>"],
        ..TOKEN
    },
    Rule {
        id: "honeycomb-key",
        what: "Honeycomb API key",
        opens: "can send data, or change settings",
        revoke: "Environment settings, API keys",
        score: 5.0,
        keywords: &["hcaik_", "hcbik_", "hcxik_", "hcamk_"],
        expression: "hc[abx](?:ik|mk)_[a-z0-9]{58}",
        finds: &["HONEYCOMB_API_KEY=hcaik_<lower:58>", "'hcxik_<lower:58>'"],
        passes: &["hcaik_<lower:8>", "hcaik_<=x:58>"],
        ..TOKEN
    },
    Rule {
        id: "posthog-personal-key",
        what: "PostHog personal API key",
        opens: "can read and change what its user can",
        revoke: "Settings, Personal API keys",
        keywords: &["phx_"],
        expression: "phx_[A-Za-z0-9]{32,48}",
        finds: &["POSTHOG_KEY=phx_<b62:43>", "'phx_<b62:43>'"],
        passes: &["phx_<b62:8>", "phx_<=0:43>"],
        ..TOKEN
    },
    Rule {
        id: "pagerduty-key",
        what: "PagerDuty API key",
        opens: "can read and change incidents and schedules",
        revoke: "Integrations, API access keys",
        keywords: &["pagerduty", "pd_api"],
        expression: "[A-Za-z0-9+_-]{20}",
        entropy: 3.2,
        finds: &["PAGERDUTY_API_KEY=<b62:20>", r#"pagerduty_api_key: "<b62:20>""#],
        passes: &["PAGERDUTY_API_REGION=<b62:20>", "PAGERDUTY_API_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "splunk-token",
        what: "Splunk HTTP event collector token",
        opens: "can send events",
        revoke: "Settings, Data inputs, HTTP event collector",
        severity: Severity::Warning,
        score: 5.0,
        keywords: &["splunk", "hec_token"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["SPLUNK_HEC_TOKEN=<uuid>", r#"splunk_hec_token: "<uuid>""#],
        passes: &["SPLUNK_HEC_REGION=<uuid>", "SPLUNK_HEC_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "logfire-token",
        what: "Pydantic Logfire token",
        opens: "can send data to the project",
        revoke: "Settings, Write tokens",
        score: 5.0,
        keywords: &["pylf_v1_"],
        expression: "pylf_v1_(?:us|eu|local|stagingus|stagingeu)_[A-Za-z0-9]{43}",
        finds: &["LOGFIRE_TOKEN=pylf_v1_us_<b62:43>", "'pylf_v1_eu_<b62:43>'"],
        passes: &["pylf_v1_us_<b62:8>", "pylf_v1_us_<=x:43>"],
        ..TOKEN
    },
];
