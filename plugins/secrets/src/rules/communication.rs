//! Tokens of chats and of services that call and text.

use sdlc_sdk::Severity;

use crate::rule::{ASSIGNED, Form, Rule, TOKEN};

pub(super) const RULES: [Rule; 18] = [
    Rule {
        id: "slack-bot-token",
        what: "Slack bot token",
        opens: "can read and write where the bot is",
        revoke: "api.slack.com, Your apps, OAuth and permissions",
        keywords: &["xoxb-"],
        expression: "xoxb-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9]{23,26}|xoxb-[0-9]{8,14}-[A-Za-z0-9]{18,26}",
        finds: &["SLACK_TOKEN=xoxb-<digit:12>-<digit:13>-<b62:24>", "'xoxb-<digit:11>-<b62:24>'"],
        passes: &["xoxb-<digit:12>", "xoxb-000000000000-000000000000-<=x:24>"],
        ..TOKEN
    },
    Rule {
        id: "slack-user-token",
        what: "Slack user token",
        opens: "can read and write as its user",
        revoke: "api.slack.com, Your apps, OAuth and permissions",
        keywords: &["xoxp-", "xoxs-", "xoxo-"],
        expression: "xox[pso]-(?:[0-9]{8,13}-){2,3}[A-Za-z0-9]{10,64}",
        finds: &[
            "SLACK_TOKEN=xoxp-<digit:12>-<digit:12>-<digit:13>-<hex:32>",
            "'xoxs-<digit:11>-<digit:11>-<digit:11>-<hex:10>'",
        ],
        passes: &["xoxp-<digit:12>", "xoxp-0000000000-0000000000-<=0:32>"],
        ..TOKEN
    },
    Rule {
        id: "slack-configuration-token",
        what: "Slack configuration or refresh token",
        opens: "can change the settings of apps",
        revoke: "api.slack.com, Your apps, App configuration tokens",
        keywords: &["xoxe.xox", "xoxe-"],
        expression: r"xoxe(?:\.xox[bp])?-[0-9]-[A-Za-z0-9]{140,200}",
        finds: &["TOKEN=xoxe.xoxp-1-<b62:163>", "'xoxe-1-<b62:146>'"],
        passes: &["xoxe-1-<b62:8>", "xoxe-1-<=x:146>"],
        ..TOKEN
    },
    Rule {
        id: "slack-app-token",
        what: "Slack app-level token",
        opens: "can open the app's socket",
        revoke: "api.slack.com, Your apps, Basic information",
        keywords: &["xapp-"],
        expression: "xapp-[0-9]-[A-Z0-9]{9,13}-[0-9]{10,14}-[a-f0-9]{64}",
        finds: &["APP=xapp-1-A<upper:10>-<digit:13>-<hex:64>", "'xapp-1-A<upper:10>-<digit:13>-<hex:64>'"],
        passes: &["xapp-1-A<upper:10>", "xapp-1-AXXXXXXXXXX-0000000000000-<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "slack-webhook",
        what: "Slack incoming webhook",
        opens: "can write into the channel",
        revoke: "api.slack.com, Your apps, Incoming webhooks",
        score: 5.0,
        keywords: &["hooks.slack.com/"],
        expression: r"hooks\.slack\.com/(?:services|workflows|triggers)/((?:[A-Za-z0-9]{8,20}/){2,3}[A-Za-z0-9]{20,36})",
        entropy: 3.0,
        finds: &[
            "https://hooks.slack.com/services/T<upper:10>/B<upper:10>/<b62:24>",
            "url: 'https://hooks.slack.com/workflows/T<upper:10>/A<upper:10>/<digit:18>/<b62:24>'",
        ],
        passes: &[
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "https://hooks.slack.com/services/",
        ],
        ..TOKEN
    },
    Rule {
        id: "discord-webhook",
        what: "Discord webhook",
        opens: "can write into the channel",
        revoke: "Server settings, Integrations, Webhooks",
        score: 5.0,
        keywords: &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
        expression: r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/([A-Za-z0-9_-]{60,72})",
        finds: &[
            "https://discord.com/api/webhooks/<digit:19>/<b62:68>",
            "'https://discordapp.com/api/webhooks/<digit:18>/<b62:68>'",
        ],
        passes: &["https://discord.com/api/webhooks/<digit:19>", "https://discord.com/api/webhooks/<digit:19>/<=x:68>"],
        ..TOKEN
    },
    Rule {
        id: "discord-bot-token",
        what: "Discord bot token",
        opens: "can do on all servers what the bot can",
        revoke: "Developer portal, Bot, Reset token",
        keywords: &["discord"],
        expression: r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}",
        entropy: 4.0,
        finds: &["DISCORD_TOKEN=M<b62:25>.<b62:6>.<b62:38>", r#"discord_bot_token: "N<b62:23>.<b62:6>.<b62:27>""#],
        passes: &["DISCORD_TOKEN=M<b62:25>", "DISCORD_CHANNEL=M<b62:25>.<b62:6>.<b62:38>"],
        ..ASSIGNED
    },
    Rule {
        id: "telegram-bot-token",
        what: "Telegram bot token",
        opens: "can read and write as the bot",
        revoke: "BotFather, /revoke",
        form: Form::Around,
        keywords: &[":AA"],
        expression: "(?:^|[^0-9A-Za-z])(?:bot)?([0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?:$|[^A-Za-z0-9_-])",
        entropy: 3.8,
        finds: &["TOKEN=<digit:10>:AA<b62:33>", "https://api.telegram.org/bot<digit:9>:AA<b62:33>/getMe"],
        passes: &["<digit:10>:AA<b62:8>", "<digit:10>:AA<=x:33>"],
        ..TOKEN
    },
    Rule {
        id: "teams-webhook",
        what: "Microsoft Teams webhook",
        opens: "can write into the channel",
        revoke: "the channel, Connectors or Workflows",
        score: 5.0,
        keywords: &["webhook.office.com/"],
        expression: r"webhook\.office\.com/webhookb2/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}@[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/IncomingWebhook/([a-f0-9]{32}/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})",
        finds: &[
            "https://acme.webhook.office.com/webhookb2/<uuid>@<uuid>/IncomingWebhook/<hex:32>/<uuid>",
            "'https://a.webhook.office.com/webhookb2/<uuid>@<uuid>/IncomingWebhook/<hex:32>/<uuid>'",
        ],
        passes: &["https://acme.webhook.office.com/webhookb2/", "https://acme.webhook.office.com/webhookb2/<uuid>"],
        ..TOKEN
    },
    Rule {
        id: "google-chat-webhook",
        what: "Google Chat webhook",
        opens: "can write into the space",
        revoke: "the space, Apps and integrations",
        score: 5.0,
        keywords: &["chat.googleapis.com/"],
        expression: r"chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]+/messages\?key=[A-Za-z0-9_-]+&token=([A-Za-z0-9_%-]{30,80})",
        finds: &[
            "https://chat.googleapis.com/v1/spaces/<b62:11>/messages?key=<b62:39>&token=<b62:43>",
            "'https://chat.googleapis.com/v1/spaces/<b62:11>/messages?key=<b62:39>&token=<b62:43>%3D'",
        ],
        passes: &[
            "https://chat.googleapis.com/v1/spaces/<b62:11>/messages",
            "https://chat.googleapis.com/v1/spaces/a/messages?key=b&token=<=x:43>",
        ],
        ..TOKEN
    },
    Rule {
        id: "matrix-token",
        what: "Matrix access token",
        opens: "can read and write as its user",
        revoke: "the client, Settings, Sessions: sign out",
        keywords: &["syt_"],
        expression: "syt_[A-Za-z0-9+/=]{2,120}_[A-Za-z0-9]{20}_[A-Za-z0-9]{6}",
        finds: &["MATRIX_TOKEN=syt_<b62:8>_<b62:20>_<b62:6>", "'syt_<b62:12>_<b62:20>_<b62:6>'"],
        passes: &["syt_<b62:8>", "syt_<=x:8>_<=x:20>_<=x:6>"],
        ..TOKEN
    },
    Rule {
        id: "twilio-auth-token",
        what: "Twilio auth token",
        opens: "can call and text at the account's expense",
        revoke: "Console, Account, API keys and tokens",
        score: 9.0,
        keywords: &["twilio"],
        expression: "[a-f0-9]{32}",
        finds: &["TWILIO_AUTH_TOKEN=<hex:32>", r#"twilio_auth_token: "<hex:32>""#],
        passes: &["TWILIO_REGION=<hex:32>", "TWILIO_AUTH_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "twilio-api-key",
        what: "Twilio API key SID",
        opens: "can name the key, and call and text with the secret that mostly stands beside it",
        revoke: "Console, Account, API keys and tokens",
        severity: Severity::Warning,
        score: 5.0,
        keywords: &[
            "SK0", "SK1", "SK2", "SK3", "SK4", "SK5", "SK6", "SK7", "SK8", "SK9", "SKa", "SKb", "SKc", "SKd", "SKe",
            "SKf",
        ],
        expression: "SK[a-f0-9]{32}",
        entropy: 3.2,
        finds: &["TWILIO_KEY=SK<hex:32>", "'SK<hex:32>'"],
        passes: &["SK<hex:12>", "TASK<hex:32>"],
        ..TOKEN
    },
    Rule {
        id: "facebook-access-token",
        what: "Facebook page or app access token",
        opens: "can read and write as the user, the page or the app",
        revoke: "Business settings, System users; or App settings, Reset",
        keywords: &["EAA"],
        expression: "EAA[A-Za-z0-9]{90,300}",
        entropy: 4.5,
        finds: &["FB_TOKEN=EAA<b62:140>", "'EAA<b62:140>'"],
        passes: &["EAA<b62:8>", "EAA<=0:140>"],
        ..TOKEN
    },
    Rule {
        id: "mattermost-token",
        what: "Mattermost access token",
        opens: "can read and write as its user",
        revoke: "Profile, Security, Personal access tokens",
        keywords: &["mattermost"],
        expression: "[a-z0-9]{26}",
        entropy: 3.5,
        finds: &["MATTERMOST_TOKEN=<lower:26>", r#"mattermost_token: "<lower:26>""#],
        passes: &["MATTERMOST_REGION=<lower:26>", "MATTERMOST_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "zoom-secret",
        what: "Zoom client secret",
        opens: "can act for the app",
        revoke: "Zoom Marketplace, App credentials, Regenerate",
        keywords: &["zoom"],
        expression: "[A-Za-z0-9]{32}",
        entropy: 3.8,
        finds: &["ZOOM_CLIENT_SECRET=<b62:32>", r#"zoom_client_secret: "<b62:32>""#],
        passes: &["ZOOM_CLIENT_REGION=<b62:32>", "ZOOM_CLIENT_SECRET=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "vonage-secret",
        what: "Vonage API secret",
        opens: "can call and text at the account's expense",
        revoke: "the dashboard, API settings",
        keywords: &["vonage", "nexmo"],
        expression: "[A-Za-z0-9]{16}",
        entropy: 3.2,
        finds: &["VONAGE_API_SECRET=<b62:16>", r#"vonage_api_secret: "<b62:16>""#],
        passes: &["VONAGE_API_REGION=<b62:16>", "VONAGE_API_SECRET=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "twitter-token",
        what: "Twitter API secret or access token",
        opens: "can read and write as the app or its user",
        revoke: "the developer portal, Keys and tokens, Regenerate",
        keywords: &["twitter"],
        expression: "(?:[A-Za-z0-9]{45,50}|[0-9]{15,20}-[A-Za-z0-9]{40})",
        entropy: 4.0,
        finds: &["TWITTER_API_SECRET=<b62:45>", r#"twitter_api_secret: "<b62:45>""#],
        passes: &["TWITTER_API_REGION=<b62:45>", "TWITTER_API_SECRET=<b62:9>"],
        ..ASSIGNED
    },
];
