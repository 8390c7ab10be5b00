//! Tokens of single services that fit no other table.

use crate::rule::{ASSIGNED, Rule, TOKEN};

pub(super) const RULES: [Rule; 5] = [
    Rule {
        id: "ansible-vault-password",
        what: "password of Ansible's vault",
        opens: "can decrypt all that the vault holds",
        revoke: "`ansible-vault rekey`, and change what it held",
        keywords: &["vault_pass", "vaultpass"],
        expression: r"[!-~]{10,128}",
        finds: &["ANSIBLE_VAULT_PASSWORD=<b62:24>", r#"vault_password: "<b62:20>""#],
        passes: &["vault_password_file = ~/.vault_pass.txt", "ANSIBLE_VAULT_PASSWORD=$SECRET"],
        check: Some(crate::judge::random::looks_random),
        ..ASSIGNED
    },
    Rule {
        id: "django-secret-key",
        what: "secret key of Django",
        opens: "can forge sessions and links that reset passwords",
        revoke: "set another one, with the old one in `SECRET_KEY_FALLBACKS` for a while at most",
        keywords: &["secret_key"],
        expression: r"[a-z0-9!@#$%^&*(_=+)-]{50}",
        entropy: 4.0,
        finds: &[
            "SECRET_KEY = '<lower:20>!<lower:10>@<lower:18>'",
            r#"SECRET_KEY: "<lower:10>(<lower:20>=<lower:18>""#,
        ],
        passes: &["SECRET_KEY = 'django-insecure-<lower:34>'", "SECRET_KEY = '{{ secret_key }}'"],
        ..ASSIGNED
    },
    Rule {
        id: "rails-master-key",
        what: "master key of Rails",
        opens: "can decrypt the credentials of the application",
        revoke: "`rails credentials:edit` with a new key, and change what it held",
        keywords: &["rails_master", "secret_key_base"],
        expression: "(?:[a-f0-9]{32}|[a-f0-9]{128})",
        finds: &["RAILS_MASTER_KEY=<hex:32>", "secret_key_base: <hex:128>"],
        passes: &["RAILS_MASTER_KEY=<hex:8>", "secret_key_base: <%= ENV['SECRET_KEY_BASE'] %>"],
        ..ASSIGNED
    },
    Rule {
        id: "laravel-app-key",
        what: "application key of Laravel",
        opens: "can forge sessions, and run code where the application unserializes them",
        revoke: "`php artisan key:generate`",
        keywords: &["app_key"],
        expression: "base64:[A-Za-z0-9+/]{43}=",
        entropy: 4.0,
        finds: &["APP_KEY=base64:<b64:43>=", "'app_key' => 'base64:<b64:43>='"],
        passes: &["APP_KEY=", "APP_KEY=base64:<=A:43>="],
        ..ASSIGNED
    },
    Rule {
        id: "unix-password-hash",
        what: "hash of a Unix password",
        opens: "can try passwords of the user for as long as it takes",
        revoke: "change the password",
        severity: sdlc_sdk::Severity::Warning,
        score: 5.0,
        keywords: &["$6$", "$y$"],
        form: crate::rule::Form::Around,
        expression: r"(?:^|[\s\x22':=])(\$(?:6\$(?:rounds=[0-9]+\$)?[./0-9A-Za-z]{8,16}\$[./0-9A-Za-z]{86}|y\$[./0-9A-Za-z]{3,5}\$[./0-9A-Za-z]{8,86}\$[./0-9A-Za-z]{43}))",
        finds: &["root:$6$<b62:16>$<b62:86>:19000:0:99999:7:::", "password: '$y$j9T$<b62:22>$<b62:43>'"],
        passes: &["$6$<b62:16>$<b62:8>", "root:*:19000"],
        ..TOKEN
    },
];
