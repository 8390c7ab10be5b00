//! The gate as a whole: what is reported of what is found.

use proptest::prelude::*;
use sdlc_sdk::{Confidence, Severity, SourceFile, testing::GateTest};

use crate::examples::expand;
use crate::{Secrets, rules};

fn token() -> String {
    expand("GITHUB_TOKEN=ghp_<b62:30><crc>")
}

fn key() -> String {
    expand("api_key = \"<b62:32>\"")
}

#[track_caller]
fn rules_of(settings: &str, path: &str, text: &str) -> Vec<String> {
    let report = GateTest::<Secrets>::new(settings).check(path, text);
    report.findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_finding_shows_four_characters_at_most_and_is_sensitive() {
    for rule in rules::all() {
        for example in rule.finds {
            let text = expand(example);
            for finding in GateTest::<Secrets>::new("{}").check("config", &text).findings {
                let secret = &text[finding.bytes().unwrap()];
                assert!(finding.sensitive);
                let shown = finding.message.split('`').nth(1).unwrap().trim_end_matches("...");
                assert!(shown.len() <= 4 && secret.starts_with(shown), "{}", finding.message);
                assert!(finding.related.is_empty() && finding.fixes.is_empty());
            }
        }
    }
}

#[test]
fn a_short_secret_shows_less_than_a_long_one() {
    let report = GateTest::<Secrets>::new("{}").check("a.py", expand("password = \"nX<digit:2>!<letter:5>\""));
    assert_eq!(report.findings[0].message, "password `nX...`");
}

#[test]
fn secrets_of_tests_are_notes_unless_their_checksum_is_right() {
    let gate = GateTest::<Secrets>::new("{}");
    let finding = gate.check("tests/a.py", key()).findings.remove(0);
    assert!(finding.severity == Severity::Note && finding.confidence == Confidence::Low);
    let finding = gate.check("tests/a.py", token()).findings.remove(0);
    assert!(finding.severity == Severity::Error && finding.confidence == Confidence::High);
}

#[test]
fn the_settings_say_what_becomes_of_tests() {
    assert_eq!(rules_of(r#"{"tests": "ignore"}"#, "tests/a.py", &key()), [""; 0]);
    let report = GateTest::<Secrets>::new(r#"{"tests": "report"}"#).check("tests/a.py", key());
    assert_eq!(report.findings[0].severity, Severity::Warning);
}

#[test]
fn what_is_disabled_or_allowed_or_commented_is_silent() {
    assert_eq!(rules_of("{}", "a.py", &key()), ["generic-secret"]);
    assert_eq!(rules_of(r#"{"disable": ["generic-secret"]}"#, "a.py", &key()), [""; 0]);
    assert_eq!(rules_of(r#"{"rules": ["private-key"]}"#, "a.py", &key()), [""; 0]);
    assert_eq!(rules_of(r#"{"allow": [{"path": "*.py", "reason": "r"}]}"#, "a.py", &key()), [""; 0]);
    assert_eq!(rules_of("{}", "a.py", &(key() + "  # gitleaks:allow")), [""; 0]);
}

#[test]
fn a_threshold_of_entropy_is_for_values_that_only_their_name_tells() {
    let text = key() + "\n" + &token();
    assert_eq!(rules_of(r#"{"entropy": 6}"#, "a.py", &text), ["github-token"]);
}

#[test]
fn a_rule_of_ones_own_finds_what_it_says() {
    let settings = r#"{"custom": [{"id": "acme-token", "summary": "token of ACME", "keywords": ["acme_"],
        "regex": "\\bacme_([a-z0-9]{16})\\b"}]}"#;
    let report = GateTest::<Secrets>::new(settings).check("a.py", expand("x = acme_<lower:16>"));
    assert_eq!(report.findings[0].rule, "acme-token");
    assert!(report.findings[0].message.starts_with("token of ACME `"));
}

#[test]
fn lock_files_pictures_and_binaries_have_no_generic_secrets() {
    let text = expand(r#"{"token": "<b62:40>"}"#);
    assert_eq!(rules_of("{}", "a.json", &text), ["generic-secret"]);
    assert_eq!(rules_of("{}", "package-lock.json", &text), [""; 0]);
    assert_eq!(rules_of("{}", "a.png", &token()), [""; 0]);
    assert_eq!(rules_of("{}", "a.dat", &("\0".to_owned() + &token())), [""; 0]);
    assert_eq!(rules_of("{}", "package-lock.json", &token()), ["github-token"]);
}

#[test]
fn digests_identifiers_and_public_keys_are_no_secrets() {
    let texts = [
        r#""integrity": "sha512-<b64:86>==""#,
        "commit: <hex:40>",
        "id: <uuid>",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA<b64:44> me@example.com",
        "-----BEGIN CERTIFICATE-----\nMII<b64:61>\n<b64:64>\n-----END CERTIFICATE-----\n",
        "sha256 = \"<hex:64>\"",
        "csrf_token = \"{% csrf_token %}\"",
    ];
    for text in texts {
        assert_eq!(rules_of("{}", "config", &expand(text)), [""; 0], "{text}");
    }
}

#[test]
fn a_file_that_the_host_does_not_hand_over_is_an_error_and_no_pass() {
    let file = sdlc_sdk::testing::source_file("a.sql", sdlc_sdk::FileKind::Regular, b"");
    let file = SourceFile { size: 1 << 30, content: None, ..file };
    let error = GateTest::<Secrets>::new("{}").try_check(file).unwrap_err();
    assert!(error.to_string().contains("limits.file-size"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_checked_and_every_span_is_in_them(content in proptest::collection::vec(any::<u8>(), 0..400)) {
        let length = content.len();
        for finding in GateTest::<Secrets>::new("{}").check("a.env", content).findings {
            let range = finding.bytes().unwrap();
            prop_assert!(range.start < range.end && range.end <= length);
        }
    }

    #[test]
    fn keywords_in_any_order_are_checked(words in proptest::collection::vec(0..400usize, 0..40), filler in "[ -~\n]{0,8}") {
        let keywords: Vec<_> = rules::all().flat_map(|rule| rule.keywords).collect();
        let text: String = words.iter().map(|word| format!("{}{filler}", keywords[word % keywords.len()])).collect();
        GateTest::<Secrets>::new("{}").check("a.env", text);
    }

    #[test]
    fn a_token_is_found_wherever_it_stands(before in "[ \n=\"'(]{0,40}", after in "[ \n\"')]{0,40}") {
        let text = before + &expand("ghp_<b62:30><crc>") + &after;
        prop_assert_eq!(rules_of("{}", "a", &text), ["github-token"]);
    }
}
