//! Values of which only the name says that they are secret.

use sdlc_sdk::{Confidence, Severity};

use crate::judge::{password, random};
use crate::rule::{Form, Rule};

pub(super) const RULES: [Rule; 2] = [
    Rule {
        id: "generic-secret",
        what: "value of a secret",
        opens: "can do what the program that reads it can",
        revoke: "set another one where it is checked",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        score: 6.0,
        form: Form::Named,
        keywords: &[
            "secret",
            "token",
            "api_key",
            "apikey",
            "api-key",
            "access_key",
            "accesskey",
            "access-key",
            "auth_key",
            "authkey",
            "private_key",
            "privatekey",
            "secret_key",
            "secretkey",
            "signing_key",
            "encryption_key",
            "credential",
        ],
        expression: r"[A-Za-z0-9+/=_.~!@#%^&*:-]{16,512}",
        entropy: 3.5,
        check: Some(random::looks_random),
        finds: &[
            r#"api_key = "<b62:32>""#,
            "client_secret: '<hex:40>'",
            r#"{"accessToken": "<b62:40>"}"#,
            "export SERVICE_TOKEN=<b62:24>",
            "<apiKey><b62:32></apiKey>",
        ],
        passes: &[
            "api_key = os.environ['API_KEY']",
            r#"token = "<uuid>""#,
            r#"secret_name = "<b62:32>""#,
            r#"token = "verify_email_address_of_the_user""#,
            r#"secret: "changeme-changeme-1234""#,
            r#"checksum = "<hex:40>""#,
            r#"api_key = "${API_KEY}<b62:20>""#,
        ],
    },
    Rule {
        id: "generic-password",
        what: "password",
        opens: "can sign in where it is used",
        revoke: "change it where it is checked",
        severity: Severity::Warning,
        confidence: Confidence::Low,
        score: 6.0,
        form: Form::Named,
        keywords: &["password", "passwd", "passphrase", "pwd"],
        expression: r"[!-~]{8,128}",
        // Of eight characters, no two alike, there are three bits each.
        entropy: 0.0,
        check: Some(password::is_plausible),
        finds: &[
            r#"password = "<LETTER:2><letter:2><digit:2>!<letter:3>""#,
            "db_password: <b62:20>",
            r#"{"Passwd": "<digit:2><LETTER:3>#<letter:4>"}"#,
        ],
        passes: &[
            r#"password = "password123!A""#,
            "password = getpass.getpass()",
            r#"password = "correct horse battery staple""#,
            r#"password_field = "<LETTER:2><letter:2><digit:2>!<letter:3>""#,
            "password: {{ vault.password }}",
            r#"password = f"{a}<LETTER:2><letter:2><digit:2>!<letter:3>""#,
        ],
    },
];
