//! Tokens of the places where programs run: hosting, domains, delivery networks.

use crate::rule::{ASSIGNED, Rule, TOKEN};

pub(super) const RULES: [Rule; 21] = [
    Rule {
        id: "digitalocean-token",
        what: "DigitalOcean access token",
        opens: "can create, read and delete what the account has",
        revoke: "the control panel, API, Tokens",
        keywords: &["dop_v1_"],
        expression: "dop_v1_[a-f0-9]{64}",
        finds: &["DO_TOKEN=dop_v1_<hex:64>", "'dop_v1_<hex:64>'"],
        passes: &["dop_v1_<hex:8>", "dop_v1_<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "digitalocean-oauth-token",
        what: "DigitalOcean OAuth token",
        opens: "can do on the account what its user allowed",
        revoke: "the control panel, API, OAuth applications",
        keywords: &["doo_v1_"],
        expression: "doo_v1_[a-f0-9]{64}",
        finds: &["DO_TOKEN=doo_v1_<hex:64>", "'doo_v1_<hex:64>'"],
        passes: &["doo_v1_<hex:8>", "doo_v1_<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "digitalocean-refresh-token",
        what: "DigitalOcean refresh token",
        opens: "can get access tokens of the account",
        revoke: "the control panel, API, OAuth applications",
        keywords: &["dor_v1_"],
        expression: "dor_v1_[a-f0-9]{64}",
        finds: &["DO_TOKEN=dor_v1_<hex:64>", "'dor_v1_<hex:64>'"],
        passes: &["dor_v1_<hex:8>", "dor_v1_<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "heroku-key",
        what: "Heroku API key",
        opens: "can read and change the applications with their settings, secrets among them",
        revoke: "Account settings, API key, Regenerate",
        keywords: &["HRKU-"],
        expression: "HRKU-AA[A-Za-z0-9_-]{58}",
        finds: &["HEROKU_API_KEY=HRKU-AA<b62:58>", "'HRKU-AA<b62:58>'"],
        passes: &["HRKU-AA<b62:8>", "HRKU-AA<=x:58>"],
        ..TOKEN
    },
    Rule {
        id: "heroku-legacy-key",
        what: "Heroku API key of the old form",
        opens: "can read and change the applications with their settings, secrets among them",
        revoke: "Account settings, API key, Regenerate",
        keywords: &["heroku"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["HEROKU_API_KEY=<uuid>", r#"heroku_api_key: "<uuid>""#],
        passes: &["HEROKU_API_REGION=<uuid>", "HEROKU_API_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "cloudflare-api-token",
        what: "Cloudflare API token",
        opens: "can do with zones and workers what it was made for",
        revoke: "My profile, API tokens, Roll",
        keywords: &["cloudflare", "cf_api"],
        expression: "[A-Za-z0-9_-]{40}",
        entropy: 3.8,
        finds: &["CLOUDFLARE_API_TOKEN=<b62:40>", r#"cloudflare_api_token: "<b62:40>""#],
        passes: &["CLOUDFLARE_API_REGION=<b62:40>", "CLOUDFLARE_API_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "cloudflare-global-key",
        what: "Cloudflare global API key",
        opens: "can do all that the account can",
        revoke: "My profile, API tokens, Global API key, Change",
        score: 9.0,
        keywords: &["cloudflare", "cf_api"],
        expression: "[a-f0-9]{37}",
        finds: &["CLOUDFLARE_API_KEY=<hex:37>", r#"cloudflare_api_key: "<hex:37>""#],
        passes: &["CLOUDFLARE_API_REGION=<hex:37>", "CLOUDFLARE_API_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "cloudflare-origin-ca-key",
        what: "Cloudflare origin CA key",
        opens: "can issue certificates for the zones",
        revoke: "My profile, API tokens, Origin CA key, Change",
        keywords: &["v1.0-"],
        expression: r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}",
        finds: &["CA_KEY=v1.0-<hex:24>-<hex:146>", "'v1.0-<hex:24>-<hex:146>'"],
        passes: &["v1.0-<hex:24>", "v1.0-beta"],
        ..TOKEN
    },
    Rule {
        id: "fastly-token",
        what: "Fastly API token",
        opens: "can change and purge what the services deliver",
        revoke: "Account, Personal API tokens",
        keywords: &["fastly"],
        expression: "[A-Za-z0-9_-]{32}",
        entropy: 3.5,
        finds: &["FASTLY_API_TOKEN=<b62:32>", r#"fastly_api_token: "<b62:32>""#],
        passes: &["FASTLY_API_REGION=<b62:32>", "FASTLY_API_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "akamai-token",
        what: "Akamai EdgeGrid token",
        opens: "can call the APIs that the client may, with the secret beside it",
        revoke: "Control Center, Identity and access, API clients",
        keywords: &["akab-"],
        expression: "akab-[a-z0-9]{16}-[a-z0-9]{16}",
        finds: &["access_token = akab-<lower:16>-<lower:16>", "'akab-<lower:16>-<lower:16>'"],
        passes: &["akab-<lower:16>", "akab-<=x:16>-<=x:16>"],
        ..TOKEN
    },
    Rule {
        id: "fly-token",
        what: "Fly.io access token",
        opens: "can deploy and delete applications",
        revoke: "fly tokens revoke",
        keywords: &["fm1r_", "fm1a_", "fm2_"],
        expression: "fm(?:1[ra]|2)_[A-Za-z0-9+/]{100,400}={0,3}",
        finds: &["FLY_API_TOKEN=fm2_<b64:160>==", "'fm1r_<b64:120>='"],
        passes: &["fm2_<b62:9>", "fm2_<=x:120>"],
        ..TOKEN
    },
    Rule {
        id: "render-token",
        what: "Render API key",
        opens: "can deploy and change services",
        revoke: "Account settings, API keys",
        keywords: &["rnd_"],
        expression: "rnd_[A-Za-z0-9]{32}",
        finds: &["RENDER_API_KEY=rnd_<b62:32>", "'rnd_<b62:32>'"],
        passes: &["rnd_<b62:8>", "rnd_<=0:32>"],
        ..TOKEN
    },
    Rule {
        id: "vercel-token",
        what: "Vercel access token",
        opens: "can deploy, and read the settings of projects",
        revoke: "Account settings, Tokens",
        keywords: &["vercel"],
        expression: "[A-Za-z0-9]{24}",
        entropy: 3.5,
        finds: &["VERCEL_TOKEN=<b62:24>", r#"vercel_token: "<b62:24>""#],
        passes: &["VERCEL_REGION=<b62:24>", "VERCEL_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "netlify-token",
        what: "Netlify access token",
        opens: "can deploy, and read the settings of sites",
        revoke: "User settings, Applications",
        keywords: &["nfp_"],
        expression: "nfp_[A-Za-z0-9_]{36}",
        finds: &["NETLIFY_AUTH_TOKEN=nfp_<b62:36>", "'nfp_<b62:36>'"],
        passes: &["nfp_<b62:8>", "nfp_<=0:36>"],
        ..TOKEN
    },
    Rule {
        id: "hetzner-token",
        what: "Hetzner Cloud API token",
        opens: "can create, read and delete what the project has",
        revoke: "Security, API tokens",
        keywords: &["hetzner", "hcloud"],
        expression: "[A-Za-z0-9]{64}",
        entropy: 4.0,
        finds: &["HCLOUD_TOKEN=<b62:64>", r#"hcloud_token: "<b62:64>""#],
        passes: &["HCLOUD_REGION=<b62:64>", "HCLOUD_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "linode-token",
        what: "Linode access token",
        opens: "can create, read and delete what the account has",
        revoke: "My profile, API tokens",
        keywords: &["linode"],
        expression: "[a-f0-9]{64}",
        finds: &["LINODE_TOKEN=<hex:64>", r#"linode_token: "<hex:64>""#],
        passes: &["LINODE_REGION=<hex:64>", "LINODE_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "vultr-key",
        what: "Vultr API key",
        opens: "can create, read and delete what the account has",
        revoke: "Account, API, Regenerate",
        keywords: &["vultr"],
        expression: "[A-Z0-9]{36}",
        entropy: 3.5,
        finds: &["VULTR_API_KEY=<upper:36>", r#"vultr_api_key: "<upper:36>""#],
        passes: &["VULTR_API_REGION=<upper:36>", "VULTR_API_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "scaleway-secret-key",
        what: "Scaleway secret key",
        opens: "can create, read and delete what its policy allows",
        revoke: "IAM, API keys",
        keywords: &["scaleway", "scw_secret"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["SCW_SECRET_KEY=<uuid>", r#"scaleway_secret_key: "<uuid>""#],
        passes: &["SCW_PROJECT=<uuid>", "SCW_SECRET_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "railway-token",
        what: "Railway token",
        opens: "can deploy and change the project",
        revoke: "Project settings, Tokens",
        keywords: &["railway"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["RAILWAY_TOKEN=<uuid>", r#"railway_token: "<uuid>""#],
        passes: &["RAILWAY_REGION=<uuid>", "RAILWAY_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "ngrok-key",
        what: "ngrok API key",
        opens: "can open tunnels on the account",
        revoke: "the dashboard, API keys",
        keywords: &["ak_"],
        expression: "ak_[A-Za-z0-9]{27,30}",
        entropy: 3.5,
        finds: &["NGROK_API_KEY=ak_<b62:28>", "'ak_<b62:28>'"],
        passes: &["ak_<b62:8>", "ak_<=0:28>"],
        ..TOKEN
    },
    Rule {
        id: "ngrok-token",
        what: "ngrok authentication token",
        opens: "can open tunnels on the account",
        revoke: "the dashboard, Your authtoken, Reset",
        keywords: &["ngrok"],
        expression: "[A-Za-z0-9]{20,27}_[A-Za-z0-9]{20,22}",
        finds: &["NGROK_AUTHTOKEN=<b62:27>_<b62:21>", r#"ngrok_token: "<b62:25>_<b62:21>""#],
        passes: &["NGROK_AUTHTOKEN=<b62:9>", "NGROK_REGION=<b62:27>_<b62:21>"],
        ..ASSIGNED
    },
];
