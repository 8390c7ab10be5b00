//! Keys of services that send mail.

use crate::rule::{ASSIGNED, Form, Rule, TOKEN};

pub(super) const RULES: [Rule; 11] = [
    Rule {
        id: "sendgrid-key",
        what: "SendGrid API key",
        opens: "can send mail as the account",
        revoke: "Settings, API keys",
        keywords: &["SG."],
        expression: r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
        finds: &["SENDGRID_API_KEY=SG.<b62:22>.<b62:43>", "'SG.<b62:22>.<b62:43>'"],
        passes: &["SG.<b62:22>", "SG.<=x:22>.<=x:43>"],
        ..TOKEN
    },
    Rule {
        id: "mailgun-key",
        what: "Mailgun API key",
        opens: "can send mail and read logs",
        revoke: "Settings, API keys",
        keywords: &["key-"],
        expression: "key-[a-f0-9]{32}",
        entropy: 3.2,
        finds: &["MAILGUN_KEY=key-<hex:32>", "'key-<hex:32>'"],
        passes: &["key-<hex:8>", "monkey_key-<hex:33>"],
        ..TOKEN
    },
    Rule {
        id: "mailgun-signing-key",
        what: "Mailgun sending or signing key",
        opens: "can send mail as the domain, or forge its events",
        revoke: "Settings, API keys",
        keywords: &["mailgun"],
        expression: "[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}",
        finds: &["MAILGUN_API_KEY=<hex:32>-<hex:8>-<hex:8>", r#"mailgun_key: "<hex:32>-<hex:8>-<hex:8>""#],
        passes: &["MAILGUN_API_KEY=<hex:9>", "MAILGUN_DOMAIN=<hex:32>-<hex:8>-<hex:8>"],
        ..ASSIGNED
    },
    Rule {
        id: "mailchimp-key",
        what: "Mailchimp API key",
        opens: "can read and mail the audience",
        revoke: "Account, Extras, API keys",
        form: Form::Around,
        keywords: &["-us"],
        expression: r"\b([a-f0-9]{32}-us[0-9]{1,2})\b",
        entropy: 3.2,
        finds: &["MAILCHIMP_KEY=<hex:32>-us12", "'<hex:32>-us5'"],
        passes: &["<hex:8>-us12", "<=0:32>-us12"],
        ..TOKEN
    },
    Rule {
        id: "mandrill-key",
        what: "Mailchimp Transactional API key",
        opens: "can send mail as the account",
        revoke: "Settings, SMTP and API info",
        keywords: &["md-"],
        expression: "md-[A-Za-z0-9_-]{22}",
        entropy: 3.8,
        finds: &["MANDRILL_KEY=md-<b62:22>", "'md-<b62:22>'"],
        passes: &["md-<b62:8>", "md-<=0:22>"],
        ..TOKEN
    },
    Rule {
        id: "mailersend-token",
        what: "MailerSend API token",
        opens: "can send mail as the domain",
        revoke: "Integrations, API tokens",
        keywords: &["mlsn."],
        expression: r"mlsn\.[a-f0-9]{64}",
        finds: &["MAILERSEND_TOKEN=mlsn.<hex:64>", "'mlsn.<hex:64>'"],
        passes: &["mlsn.<hex:8>", "mlsn.<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "brevo-key",
        what: "Brevo API or SMTP key",
        opens: "can send mail and read contacts",
        revoke: "SMTP and API, API keys",
        keywords: &["xkeysib-", "xsmtpsib-"],
        expression: "x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}",
        finds: &["BREVO_KEY=xkeysib-<hex:64>-<b62:16>", "'xsmtpsib-<hex:64>-<b62:16>'"],
        passes: &["xkeysib-<hex:64>", "xkeysib-<=0:64>-<=x:16>"],
        ..TOKEN
    },
    Rule {
        id: "resend-key",
        what: "Resend API key",
        opens: "can send mail as the account",
        revoke: "API keys",
        keywords: &["re_"],
        expression: "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
        entropy: 3.5,
        finds: &["RESEND_API_KEY=re_<b62:8>_<b62:24>", "'re_<b62:8>_<b62:24>'"],
        passes: &["re_<b62:8>", "store_<b62:8>_<b62:24>"],
        ..TOKEN
    },
    Rule {
        id: "postmark-token",
        what: "Postmark server token",
        opens: "can send mail as the server",
        revoke: "Servers, API tokens",
        keywords: &["postmark"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["POSTMARK_SERVER_TOKEN=<uuid>", r#"postmark_server_token: "<uuid>""#],
        passes: &["POSTMARK_SERVER_REGION=<uuid>", "POSTMARK_SERVER_TOKEN=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "sparkpost-key",
        what: "SparkPost API key",
        opens: "can send mail as the account",
        revoke: "Configuration, API keys",
        keywords: &["sparkpost"],
        expression: "[a-f0-9]{40}",
        finds: &["SPARKPOST_API_KEY=<hex:40>", r#"sparkpost_api_key: "<hex:40>""#],
        passes: &["SPARKPOST_API_REGION=<hex:40>", "SPARKPOST_API_KEY=<b62:9>"],
        ..ASSIGNED
    },
    Rule {
        id: "klaviyo-key",
        what: "Klaviyo private API key",
        opens: "can read profiles and send mail",
        revoke: "Settings, API keys",
        keywords: &["pk_"],
        expression: "pk_[a-f0-9]{34}",
        finds: &["KLAVIYO_KEY=pk_<hex:34>", "'pk_<hex:34>'"],
        passes: &["pk_<hex:8>", "pk_<=0:34>"],
        ..TOKEN
    },
];
