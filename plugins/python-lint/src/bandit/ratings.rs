//! How bad bandit says that the findings of a rule are, and how sure it is: [`of`].
//!
//! From bandit 1.9.4 (PyPI): `bandit/plugins/*.py` for the checks, `bandit/blacklists/*.py` for calls and imports. Where a
//! check has several, it is the worst, but for those that ruff's message tells apart ([`of_finding`]).

use sdlc_sdk::{Confidence, Severity};

/// Of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rating {
    /// As in findings.
    pub(crate) code: &'static str,
    /// Name of the check in bandit, which `# nosec` can name too.
    pub(crate) name: &'static str,
    severity: Level,
    confidence: Level,
    /// Number of the weakness in MITRE's list.
    pub(crate) cwe: u16,
}

/// bandit's levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Low,
    Medium,
    High,
}

use Level::{High, Low, Medium};

impl Rating {
    /// HIGH is an error, MEDIUM a warning, LOW a note.
    pub(crate) fn severity(&self) -> Severity {
        match self.severity {
            Low => Severity::Note,
            Medium => Severity::Warning,
            High => Severity::Error,
        }
    }

    pub(crate) fn confidence(&self) -> Confidence {
        match self.confidence {
            Low => Confidence::Low,
            Medium => Confidence::Medium,
            High => Confidence::High,
        }
    }

    /// 0 to 10: the middle of GitHub's range for bandit's severity (low up to 3.9, medium up to 6.9, high up to 8.9).
    pub(crate) fn security_severity(&self) -> f64 {
        match self.severity {
            Low => 2.0,
            Medium => 5.5,
            High => 8.0,
        }
    }
}

/// The rating of a rule, `S602` or `BANDIT614`.
pub(crate) fn of(code: &str) -> Option<&'static Rating> {
    RATINGS.iter().find(|rating| rating.code == code)
}

/// Severity and confidence of a finding. A shell that gets a fixed text is LOW in bandit, and ruff's message says so.
pub(crate) fn of_finding(code: &str, message: &str) -> Option<(Severity, Confidence)> {
    let rating = of(code)?;
    let is_harmless = matches!(code, "S602" | "S605") && message.contains("seems safe");
    Some((if is_harmless { Severity::Note } else { rating.severity() }, rating.confidence()))
}

/// The rule whose check has this name in bandit.
pub(crate) fn by_name(name: &str) -> Option<&'static str> {
    RATINGS.iter().find(|rating| rating.name == name).map(|rating| rating.code)
}

/// Whether `# nosec` can suppress a rule.
pub(crate) fn is_of_bandit(code: &str) -> bool {
    of(code).is_some()
}

const fn row(code: &'static str, name: &'static str, severity: Level, confidence: Level, cwe: u16) -> Rating {
    Rating { code, name, severity, confidence, cwe }
}

const RATINGS: [Rating; 78] = [
    row("S101", "assert_used", Low, High, 703),
    row("S102", "exec_used", Medium, High, 78),
    row("S103", "set_bad_file_permissions", High, High, 732),
    row("S104", "hardcoded_bind_all_interfaces", Medium, Medium, 605),
    row("S105", "hardcoded_password_string", Low, Medium, 259),
    row("S106", "hardcoded_password_funcarg", Low, Medium, 259),
    row("S107", "hardcoded_password_default", Low, Medium, 259),
    row("S108", "hardcoded_tmp_directory", Medium, Medium, 377),
    row("S110", "try_except_pass", Low, High, 703),
    row("S112", "try_except_continue", Low, High, 703),
    row("S113", "request_without_timeout", Medium, Low, 400),
    row("S201", "flask_debug_true", High, Medium, 94),
    row("S202", "tarfile_unsafe_members", High, High, 22),
    row("S301", "pickle", Medium, High, 502),
    row("S302", "marshal", Medium, High, 502),
    row("S303", "md5", Medium, High, 327),
    row("S304", "ciphers", High, High, 327),
    row("S305", "cipher_modes", Medium, High, 327),
    row("S306", "mktemp_q", Medium, High, 377),
    row("S307", "eval", Medium, High, 78),
    row("S308", "mark_safe", Medium, High, 79),
    row("S310", "urllib_urlopen", Medium, High, 22),
    row("S311", "random", Low, High, 330),
    row("S312", "telnetlib", High, High, 319),
    row("S313", "xml_bad_cElementTree", Medium, High, 20),
    row("S314", "xml_bad_ElementTree", Medium, High, 20),
    row("S315", "xml_bad_expatreader", Medium, High, 20),
    row("S316", "xml_bad_expatbuilder", Medium, High, 20),
    row("S317", "xml_bad_sax", Medium, High, 20),
    row("S318", "xml_bad_minidom", Medium, High, 20),
    row("S319", "xml_bad_pulldom", Medium, High, 20),
    row("S320", "lxml", Medium, High, 20),
    row("S321", "ftplib", High, High, 319),
    row("S323", "unverified_context", Medium, High, 295),
    row("S324", "hashlib", High, High, 327),
    row("S401", "import_telnetlib", High, High, 319),
    row("S402", "import_ftplib", High, High, 319),
    row("S403", "import_pickle", Low, High, 502),
    row("S404", "import_subprocess", Low, High, 78),
    row("S405", "import_xml_etree", Low, High, 20),
    row("S406", "import_xml_sax", Low, High, 20),
    row("S407", "import_xml_expat", Low, High, 20),
    row("S408", "import_xml_minidom", Low, High, 20),
    row("S409", "import_xml_pulldom", Low, High, 20),
    row("S410", "import_lxml", Low, High, 20),
    row("S411", "import_xmlrpclib", High, High, 20),
    row("S412", "import_httpoxy", High, High, 284),
    row("S413", "import_pycrypto", High, High, 327),
    row("S415", "import_pyghmi", High, High, 319),
    row("S501", "request_with_no_cert_validation", High, High, 295),
    row("S502", "ssl_with_bad_version", High, High, 327),
    row("S503", "ssl_with_bad_defaults", Medium, Medium, 327),
    row("S504", "ssl_with_no_version", Low, Medium, 327),
    row("S505", "weak_cryptographic_key", High, High, 326),
    row("S506", "yaml_load", Medium, High, 20),
    row("S507", "ssh_no_host_key_verification", High, Medium, 295),
    row("S508", "snmp_insecure_version_check", Medium, High, 319),
    row("S509", "snmp_crypto_check", Medium, High, 319),
    row("S601", "paramiko_calls", Medium, Medium, 78),
    row("S602", "subprocess_popen_with_shell_equals_true", High, High, 78),
    row("S603", "subprocess_without_shell_equals_true", Low, High, 78),
    row("S604", "any_other_function_with_shell_equals_true", Medium, Low, 78),
    row("S605", "start_process_with_a_shell", High, High, 78),
    row("S606", "start_process_with_no_shell", Low, Medium, 78),
    row("S607", "start_process_with_partial_path", Low, High, 78),
    row("S608", "hardcoded_sql_expressions", Medium, Medium, 89),
    row("S609", "linux_commands_wildcard_injection", High, Medium, 155),
    row("S610", "django_extra_used", Medium, Medium, 89),
    row("S611", "django_rawsql_used", Medium, Medium, 89),
    row("S612", "logging_config_insecure_listen", Medium, High, 94),
    row("S701", "jinja2_autoescape_false", High, High, 94),
    row("S702", "use_of_mako_templates", Medium, High, 80),
    row("S704", "markupsafe_markup_xss", Medium, High, 79),
    row("BANDIT502", "ssl_with_bad_version", High, High, 327),
    row("BANDIT608", "hardcoded_sql_expressions", Medium, Medium, 89),
    row("BANDIT613", "trojansource", High, Medium, 838),
    row("BANDIT614", "pytorch_load", Medium, High, 502),
    row("BANDIT615", "huggingface_unsafe_download", Medium, High, 494),
];

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_linter::registry::{Linter, Rule, RuleNamespace};
    use strum::IntoEnumIterator;

    #[test]
    fn every_security_rule_of_ruff_has_a_rating() {
        for rule in Rule::iter() {
            let code = rule.noqa_code().to_string();
            let is_of_bandit = matches!(Linter::parse_code(&code), Some((Linter::Flake8Bandit, _)));
            let is_removed = matches!(rule.status(), ruff_linter::codes::RuleStatus::Removed { .. });
            assert!(!is_of_bandit || is_removed || of(&code).is_some(), "{code}");
        }
    }

    #[test]
    fn a_rule_is_as_bad_as_bandit_says() {
        let of = |code, message| of_finding(code, message);
        assert_eq!(of("S101", ""), Some((Severity::Note, Confidence::High)));
        assert_eq!(of("S602", "identified, security issue"), Some((Severity::Error, Confidence::High)));
        assert_eq!(of("S602", "`shell=True` seems safe"), Some((Severity::Note, Confidence::High)));
        assert_eq!(of("S113", ""), Some((Severity::Warning, Confidence::Low)));
        assert_eq!(of("SIM101", ""), None);
    }
}
