//! Tokens of what systems are built from: secret managers, networks, clusters, data platforms.

use sdlc_sdk::{Confidence, Severity};

use crate::judge::encoded;
use crate::rule::{ASSIGNED, Form, Rule, TOKEN};

pub(super) const RULES: [Rule; 21] = [
    Rule {
        id: "vault-token",
        what: "HashiCorp Vault token",
        opens: "can read secrets as its policies allow",
        revoke: "vault token revoke",
        score: 9.0,
        keywords: &["hvs.", "hvb.", "hvr."],
        expression: r"hv[sbr]\.[A-Za-z0-9_-]{24,300}",
        finds: &["VAULT_TOKEN=hvs.<b62:92>", "'hvb.<b62:120>'"],
        passes: &["hvs.<b62:9>", "hvs.<=x:92>"],
        ..TOKEN
    },
    Rule {
        id: "vault-legacy-token",
        what: "HashiCorp Vault token of the old form",
        opens: "can read secrets as its policies allow",
        revoke: "vault token revoke",
        keywords: &["vault"],
        expression: r"s\.[A-Za-z0-9]{24}",
        finds: &["VAULT_TOKEN=s.<b62:24>", r#"vault_token: "s.<b62:24>""#],
        passes: &["VAULT_TOKEN=s.<b62:4>", "VAULT_MOUNT=s.<b62:24>"],
        ..ASSIGNED
    },
    Rule {
        id: "consul-token",
        what: "HashiCorp Consul or Nomad token",
        opens: "can read and change services and settings as its policies allow",
        revoke: "consul acl token delete",
        keywords: &["consul", "nomad"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["CONSUL_HTTP_TOKEN=<uuid>", r#"consul_http_token: "<uuid>""#],
        passes: &["CONSUL_HTTP_REGION=<uuid>", "CONSUL_HTTP_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "doppler-token",
        what: "Doppler token",
        opens: "can read the secrets of the project",
        revoke: "the dashboard, Access, Revoke",
        score: 9.0,
        keywords: &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        expression: r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
        finds: &["DOPPLER_TOKEN=dp.pt.<b62:43>", "'dp.st.dev.<b62:43>'"],
        passes: &["dp.pt.<b62:8>", "dp.pt.<=x:43>"],
        ..TOKEN
    },
    Rule {
        id: "infisical-token",
        what: "Infisical service token",
        opens: "can read the secrets of the project",
        revoke: "Project settings, Service tokens",
        score: 9.0,
        keywords: &["st."],
        expression: r"st\.[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}",
        finds: &["INFISICAL_TOKEN=st.<hex:24>.<hex:32>.<hex:32>", "'st.<hex:24>.<hex:32>.<hex:32>'"],
        passes: &["st.<hex:24>", "st.<=0:24>.<=0:32>.<=0:32>"],
        ..TOKEN
    },
    Rule {
        id: "1password-service-account-token",
        what: "1Password service account token",
        opens: "can read the vaults that it was made for",
        revoke: "Developer tools, Service accounts",
        score: 9.5,
        form: Form::Token { reach: 2048, lines: false },
        keywords: &["ops_eyJ"],
        expression: "ops_eyJ[A-Za-z0-9+/_-]{200,1500}={0,2}",
        finds: &["OP_SERVICE_ACCOUNT_TOKEN=ops_eyJ<b62:300>", "'ops_eyJ<b62:280>='"],
        passes: &["ops_eyJ<b62:9>", "ops_eyJ<=x:280>"],
        ..TOKEN
    },
    Rule {
        id: "1password-secret-key",
        what: "1Password secret key",
        opens: "has half of what opens the account",
        revoke: "Settings, Regenerate secret key",
        keywords: &["A3-"],
        expression: "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
        entropy: 3.5,
        finds: &[
            "key: A3-<upper:6>-<upper:11>-<upper:5>-<upper:5>-<upper:5>",
            "'A3-<upper:6>-<upper:6>-<upper:5>-<upper:5>-<upper:5>-<upper:5>'",
        ],
        passes: &["A3-<upper:6>", "A3-XXXXXX-XXXXXXXXXXX-XXXXX-XXXXX-XXXXX"],
        ..TOKEN
    },
    Rule {
        id: "tailscale-key",
        what: "Tailscale key",
        opens: "can join the network, or administer it",
        revoke: "Settings, Keys",
        keywords: &["tskey-"],
        expression: "tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,20}-[A-Za-z0-9]{24,48}",
        finds: &["TS_AUTHKEY=tskey-auth-<b62:17>-<b62:32>", "'tskey-api-<b62:12>-<b62:32>'"],
        passes: &["tskey-auth-<b62:8>", "tskey-auth-<=x:12>-<=x:32>"],
        ..TOKEN
    },
    Rule {
        id: "defined-networking-token",
        what: "Defined Networking API token",
        opens: "can change the network",
        revoke: "API keys",
        keywords: &["dnkey-"],
        expression: "dnkey-[a-zA-Z0-9=_-]{26}-[a-zA-Z0-9=_-]{52}",
        finds: &["DN_KEY=dnkey-<b62:26>-<b62:52>", "'dnkey-<b62:26>-<b62:52>'"],
        passes: &["dnkey-<b62:8>", "dnkey-<=x:26>-<=x:52>"],
        ..TOKEN
    },
    Rule {
        id: "openshift-token",
        what: "OpenShift access token",
        opens: "can do in the cluster what its user can",
        revoke: "oc delete oauthaccesstoken",
        keywords: &["sha256~"],
        expression: "sha256~[A-Za-z0-9_-]{43}",
        finds: &["OC_TOKEN=sha256~<b62:43>", "'sha256~<b62:43>'"],
        passes: &["sha256~<b62:8>", "sha256~<=0:43>"],
        ..TOKEN
    },
    Rule {
        id: "kubernetes-client-key",
        what: "private key of a Kubernetes user",
        opens: "can do in the cluster what its user can",
        revoke: "issue another certificate, and take the roles from this user",
        score: 9.0,
        form: Form::Token { reach: 8192, lines: false },
        keywords: &["client-key-data"],
        expression: "client-key-data: *([A-Za-z0-9+/]{200,6000}={0,2})",
        entropy: 4.0,
        finds: &["    client-key-data: <b64:1600>==", "client-key-data: <b64:300>="],
        passes: &["client-key-data: <b64:12>", "client-key-data: <=A:300>"],
        ..TOKEN
    },
    Rule {
        id: "docker-auth",
        what: "password in Docker's configuration",
        opens: "can pull and push images as its user",
        revoke: "docker logout, and change the password or the access token",
        confidence: Confidence::Medium,
        form: Form::Around,
        keywords: &["auth"],
        expression: r"\x22auth\x22 *: *\x22([A-Za-z0-9+/]{20,500}={0,2})\x22",
        check: Some(encoded::is_basic_authentication),
        finds: &[r#"{"auths": {"https://index.docker.io/v1/": {"auth": "<basic>"}}}"#, r#""auth" : "<basic>""#],
        passes: &[r#""auth": "dXNlcjpwYXNzd29yZA==""#, r#""auth": "<b62:9>""#],
        ..TOKEN
    },
    Rule {
        id: "planetscale-token",
        what: "PlanetScale token",
        opens: "can change databases as it was made to",
        revoke: "Organization settings, Service tokens",
        keywords: &["pscale_tkn_"],
        expression: "pscale_tkn_[A-Za-z0-9_.=-]{32,64}",
        finds: &["PSCALE_TOKEN=pscale_tkn_<b62:43>", "'pscale_tkn_<b62:43>'"],
        passes: &["pscale_tkn_<b62:8>", "pscale_tkn_<=0:43>"],
        ..TOKEN
    },
    Rule {
        id: "planetscale-password",
        what: "PlanetScale password",
        opens: "can read and change a branch of a database",
        revoke: "the branch, Passwords",
        score: 9.0,
        keywords: &["pscale_pw_"],
        expression: "pscale_pw_[A-Za-z0-9_.=-]{32,64}",
        finds: &["PSCALE_PASSWORD=pscale_pw_<b62:43>", "'pscale_pw_<b62:43>'"],
        passes: &["pscale_pw_<b62:8>", "pscale_pw_<=0:43>"],
        ..TOKEN
    },
    Rule {
        id: "supabase-token",
        what: "Supabase access token",
        opens: "can change projects as its user",
        revoke: "Account, Access tokens",
        keywords: &["sbp_"],
        expression: "sbp_(?:oauth_)?[a-f0-9]{40}",
        finds: &["SUPABASE_ACCESS_TOKEN=sbp_<hex:40>", "'sbp_<hex:40>'"],
        passes: &["sbp_<hex:8>", "sbp_<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "supabase-secret-key",
        what: "Supabase secret key",
        opens: "can read and change all data of the project",
        revoke: "Project settings, API keys",
        score: 9.0,
        keywords: &["sb_secret_"],
        expression: "sb_secret_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{8}",
        finds: &["SUPABASE_KEY=sb_secret_<b62:22>_<b62:8>", "'sb_secret_<b62:22>_<b62:8>'"],
        passes: &["sb_secret_<b62:8>", "sb_publishable_<b62:22>_<b62:8>"],
        ..TOKEN
    },
    Rule {
        id: "databricks-token",
        what: "Databricks access token",
        opens: "can read data and run jobs as its user",
        revoke: "User settings, Developer, Access tokens",
        keywords: &["dapi"],
        expression: "dapi[a-f0-9]{32}(?:-[0-9])?",
        finds: &["DATABRICKS_TOKEN=dapi<hex:32>", "'dapi<hex:32>'"],
        passes: &["dapi<hex:8>", "dapi<=0:32>"],
        ..TOKEN
    },
    Rule {
        id: "confluent-secret",
        what: "Confluent Cloud API secret",
        opens: "can read and change topics",
        revoke: "Cloud console, API keys",
        keywords: &["confluent"],
        expression: "[A-Za-z0-9+/]{64}",
        entropy: 4.0,
        finds: &["CONFLUENT_API_SECRET=<b64:64>", r#"confluent_api_secret: "<b64:64>""#],
        passes: &["CONFLUENT_API_REGION=<b64:64>", "CONFLUENT_API_SECRET=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "age-secret-key",
        what: "age secret key",
        opens: "can decrypt what was encrypted to it",
        revoke: "make another key and encrypt again",
        keywords: &["AGE-SECRET-KEY-1"],
        expression: "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
        entropy: 3.5,
        finds: &["key=AGE-SECRET-KEY-1<bech:58>", "'AGE-SECRET-KEY-1<bech:58>'"],
        passes: &["AGE-SECRET-KEY-1<bech:8>", "AGE-SECRET-KEY-1<=0:58>"],
        ..TOKEN
    },
    Rule {
        id: "algolia-admin-key",
        what: "Algolia API key",
        opens: "can change or delete indexes, unless it is one for searching",
        revoke: "the dashboard, API keys",
        severity: Severity::Warning,
        keywords: &["algolia"],
        expression: "[a-f0-9]{32}",
        finds: &["ALGOLIA_ADMIN_KEY=<hex:32>", r#"algolia_api_key: "<hex:32>""#],
        passes: &["ALGOLIA_APP=<hex:32>", "ALGOLIA_ADMIN_KEY=<hex:12>"],
        ..ASSIGNED
    },
    Rule {
        id: "clickhouse-secret",
        what: "ClickHouse Cloud API secret",
        opens: "can change services of the organisation",
        revoke: "API keys",
        keywords: &["4b1d"],
        expression: "4b1d[A-Za-z0-9]{38}",
        entropy: 3.8,
        finds: &["CLICKHOUSE_SECRET=4b1d<b62:38>", "'4b1d<b62:38>'"],
        passes: &["4b1d<b62:8>", "4b1d<=0:38>"],
        ..TOKEN
    },
];
