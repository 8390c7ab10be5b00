//! Security rules: how bad they are, the rules that ruff lacks, and `# nosec`.

use sdlc_sdk::{Confidence, Plugin, Severity};

use super::{Gate, rules, selecting};
use crate::PythonLint;

const TORCH: &str = "import torch\nfrom torch import load as l\ntorch.load('x')\nl('x', weights_only=False)\ntorch.load('x', weights_only=True)\n";

#[test]
fn findings_have_the_severity_and_confidence_of_bandit() {
    let text = "import subprocess\n\n\ndef f(x):\n    subprocess.run(x, shell=True)\n    subprocess.run('ls', shell=True)\n    assert x\n    exec(x)\n";
    let report = selecting(&["S101", "S102", "S602"]).check("a.py", text);
    let found: Vec<_> =
        report.findings.iter().map(|each| (each.rule.as_str(), each.severity, each.confidence)).collect();
    let expected = [
        ("S602", Severity::Error, Confidence::High),
        ("S602", Severity::Note, Confidence::High),
        ("S101", Severity::Note, Confidence::High),
        ("S102", Severity::Warning, Confidence::High),
    ];
    assert_eq!(found, expected);
}

#[test]
fn rules_have_a_score_and_a_weakness_for_reports() {
    let described = PythonLint::rules(&["S602", "BANDIT614", "F401"].map(str::to_owned));
    assert_eq!(described[0].security_severity, Some(8.0));
    assert!(described[1].tags.contains(&"external/cwe/cwe-502".to_owned()), "{:?}", described[1].tags);
    assert_eq!(described[2].security_severity, None);
}

#[test]
fn the_own_rules_are_on_with_their_group_or_by_name() {
    for select in [vec!["S"], vec!["S6"], vec!["BANDIT"], vec!["BANDIT614"]] {
        let report = selecting(&select).check("a.py", TORCH);
        assert_eq!(rules(&report), ["BANDIT614", "BANDIT614"], "{select:?}");
    }
    assert!(rules(&selecting(&["S1"]).check("a.py", TORCH)).is_empty());
    let by_default = Gate::new("{}").check("a.py", TORCH);
    assert!(rules(&by_default).iter().all(|rule| !rule.starts_with("BANDIT")));
}

#[test]
fn the_own_rules_can_be_ignored_like_others() {
    for settings in [
        r#"{"select": ["S"], "ignore": ["BANDIT614"]}"#,
        r#"{"select": ["S"], "per-file-ignores": {"a.py": ["BANDIT"]}}"#,
        r#"{"select": ["S"], "per-file-ignores": {"a.py": ["S"]}}"#,
    ] {
        assert!(rules(&Gate::new(settings).check("a.py", TORCH)).is_empty(), "{settings}");
    }
    assert!(Gate::new(r#"{"select": ["BANDIT999"]}"#).configure().is_err());
}

#[test]
fn noqa_suppresses_the_own_rules_and_is_not_called_unused() {
    let gate = selecting(&["BANDIT614", "RUF100"]);
    assert!(rules(&gate.check("a.py", "import torch\ntorch.load('x')  # noqa: BANDIT614\n")).is_empty());
    let other = gate.check("a.py", "import torch\ntorch.load('x')  # noqa: F401\n");
    assert_eq!(rules(&other), ["BANDIT614", "RUF100"]);
}

#[test]
fn nosec_suppresses_what_it_names_on_the_whole_logical_line() {
    let gate = selecting(&["S602", "S607", "F401"]);
    let all = "import subprocess, os\nsubprocess.run(\n    f'{x}',\n    shell=True,  # nosec\n)\n";
    assert_eq!(rules(&gate.check("a.py", all)), ["F401"]);
    let next = "import subprocess\nx = 1  # nosec\nsubprocess.run('/bin/ls', shell=True)\n";
    assert_eq!(rules(&gate.check("a.py", next)), ["S602"]);
    let one = "import subprocess\nsubprocess.run('ls', shell=True)  # nosec B602\n";
    assert_eq!(rules(&gate.check("a.py", one)), ["S607"]);
    let other = "import subprocess\n# nosec\nsubprocess.run('/bin/ls', shell=True)  # nosec B101\n";
    assert_eq!(rules(&gate.check("a.py", other)), ["S602"]);
}

#[test]
fn nosec_can_be_turned_off() {
    let gate = Gate::new(r#"{"select": ["S102"], "nosec": false}"#);
    assert_eq!(rules(&gate.check("a.py", "exec('1')  # nosec\n")), ["S102"]);
}

#[test]
fn downloads_without_a_commit_are_found() {
    let text = "from transformers import AutoModel\nimport huggingface_hub as hub\nAutoModel.from_pretrained('a/b')\nhub.snapshot_download('a/b', revision='main')\nhub.snapshot_download('a/b', revision='0123abc')\nAutoModel.from_pretrained('./a')\nAutoModel.from_pretrained('a/b', revision=x)\n";
    assert_eq!(selecting(&["BANDIT615"]).check("a.py", text).findings.len(), 2);
}

#[test]
fn text_in_another_direction_is_found_once_a_line() {
    let text = format!("a = 'x{0}y{0}'\nb = 1\nc = 2  # {0}\n", '\u{202e}');
    assert_eq!(rules(&selecting(&["BANDIT613"]).check("a.py", text)).len(), 2);
}

#[test]
fn what_ruff_finds_is_left_to_it() {
    let text = "import ssl\nssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv3)\nx(ssl_version=ssl.PROTOCOL_TLSv1)\ny(ssl_version=ssl.PROTOCOL_TLS_CLIENT)\n";
    assert_eq!(rules(&selecting(&["S502", "BANDIT502"]).check("a.py", text)), ["S502", "BANDIT502"]);
    let text = "a = 'SELECT x FROM y WHERE z = %s' % z\nb = 'INSERT INTO y VALUES(%s)' % z\nc = 'SELECT x\\nFROM y' + z\nd = 'SELECT x FROM y'.replace('x', z)\n";
    assert_eq!(
        rules(&selecting(&["S608", "BANDIT608"]).check("a.py", text)),
        ["S608", "BANDIT608", "BANDIT608", "BANDIT608"]
    );
}

#[test]
fn text_that_is_no_statement_or_no_sum_is_no_sql() {
    let text = "a = 'SELECT x FROM y'\nb = 'select %s' % a\nc = 'SELECT x ' + 'FROM y'\nd = 'Update the %s' % a\ne = 'SELECT x FROM y'.replace('x', 'z')\n";
    assert!(rules(&selecting(&["BANDIT608"]).check("a.py", text)).is_empty());
}
