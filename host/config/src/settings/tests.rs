//! What `sdlc.toml` says, and what is wrong with it.

use super::*;

const WORDS: &Vocabulary<'static> = &Vocabulary {
    builtins: &["hygiene", "python-lint", "x"],
    program: |word| if word.contains('/') { Err(format!("`{word}` is a path")) } else { Ok(()) },
    endpoint: |_| Ok(()),
    serve: |_| Ok(()),
    variable: |_| Ok(()),
    confinement: |_| Ok(()),
    reference: |_| Ok(()),
    url: |_| Ok(()),
    asked: |url| if url.starts_with("http") { Ok(()) } else { Err(format!("`{url}` is no address")) },
};

#[track_caller]
fn problems(text: &str) -> Vec<(usize, usize, String)> {
    let error = parse("sdlc.toml", text, WORDS).unwrap_err();
    let place = |problem: &Problem| problem.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
    error.problems.iter().map(|problem| (place(problem).0, place(problem).1, problem.message.clone())).collect()
}

#[test]
fn all_problems_are_reported_at_once() {
    let text = "\
[project]
exlude = []

[gates.lint]
plugin = \"builtin:python-lint\"
weight = \"high\"
require = { score = \"8\" }

[gates.b]
fail-on = \"bad\"

[gates.c]
plugin = \"builtin:hygeine\"
";
    assert_eq!(
        problems(text),
        [
            (2, 1, "unknown key `project.exlude`; hint: did you mean `exclude`?".to_owned()),
            (6, 10, "`gates.lint.weight` is a text, but must be a number".to_owned()),
            (
                7,
                21,
                "`8` is not a condition; hint: a comparison and a number, such as `>= 8.0` or `== 0`, or `no-decrease`"
                    .to_owned()
            ),
            (9, 8, "`gates.b` lacks the key `plugin`".to_owned()),
            (13, 10, "no built-in plugin is called `hygeine`; hint: did you mean `builtin:hygiene`?".to_owned()),
        ]
    );
}

#[test]
fn values_that_make_no_sense_are_reported_where_they_stand() {
    let text = "\
[gates.a]
plugin = \"python-lint\"
timeout = \"soon\"
require = { score = \"8\" }
fail-on = \"bad\"
limits = { memory = \"a lot\" }
exclude = [\"[\"]
";
    let found = problems(text);
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found[0].2.contains("hint: write `builtin:NAME`"), "{}", found[0].2);
    assert_eq!((found[2].0, found[2].1), (4, 21));
}

#[test]
fn what_can_be_understood_of_a_wrong_configuration_is_there_without_its_grants() {
    let text = "[gates.a]\nplugin = \"builtin:x\"\nwieght = 1\ngrant = { run = [\"a/b\"] }\n[gates.a.settings]\nmax = 1\n\
                [gates.b]\nplugin = \"builtin:nowhere\"\n";
    let (settings, problems) = examine(text, WORDS);
    assert_eq!(problems.len(), 3, "{problems:?}");
    let [gate] = settings.gates.as_slice() else { panic!("{:?}", settings.gates) };
    assert_eq!((gate.settings.to_string(), &gate.grant), ("{\"max\":1}".to_owned(), &Grant::default()));
}

#[test]
fn broken_syntax_is_reported_with_its_place() {
    assert_eq!(problems("[gates\nx = 1\n")[0].0, 1);
}

#[test]
fn the_error_shows_the_line_and_marks_the_place() {
    let error = parse("sdlc.toml", "[gates.a]\nplugin = 1\n", WORDS).unwrap_err().to_string();
    assert!(error.contains(" --> sdlc.toml:2:10\n  |\n2 | plugin = 1\n  |          ^\n"), "{error}");
}

#[test]
fn findings_fail_from_warning_on_unless_there_are_conditions() {
    let gate = |text: &str| parse("sdlc.toml", text, WORDS).unwrap().gates[0].clone();
    let plain = gate("[gates.a]\nplugin = \"builtin:x\"\n");
    assert_eq!(plain.fail_on, "warning".parse().unwrap());
    let judged = gate("[gates.a]\nplugin = \"builtin:x\"\nrequire = { score = \">= 8\" }\n");
    assert_eq!(judged.fail_on, FailOn::Never);
}

#[test]
fn a_plugin_is_from_one_place() {
    let found = problems("[gates.a]\nplugin = { path = \"x.wasm\", oci = \"r/x:1\" }\n[gates.b]\nplugin = {}\n");
    assert_eq!(found[0].2, "`gates.a.plugin` has `path` and `oci`, but a plugin is from one place");
    assert_eq!(found[1].2, "`gates.b.plugin` lacks one of the keys `path`, `url` and `oci`");
}

#[test]
fn words_of_a_grant_are_checked_by_those_who_know_them() {
    let found = problems("[gates.a]\nplugin = \"builtin:x\"\ngrant = { run = [\"ls\", \"./x\"] }\n");
    assert_eq!(found, [(3, 24, "`./x` is a path".to_owned())]);
}

#[test]
fn all_that_is_wrong_with_a_policy_is_reported_where_it_stands() {
    let text = "\
[project]
name = \"shop\"
[environments.p]
image = \"shop\"
port = 80
[environments.p.scale]
plugin = \"builtin:pythonlint\"
min = 5
max = 3
target = { cpu = 170, latncy = 200, error-rate = 0 }
start-up = \"soon\"
up = { per-minute = 0 }
";
    assert_eq!(
        problems(text),
        [
            (7, 10, "no built-in plugin is called `pythonlint`; hint: did you mean `builtin:python-lint`?".to_owned()),
            (8, 7, "`min` is 5, but must be between 1 and `max`, which is 3".to_owned()),
            (10, 18, "`cpu` is 170, but must be above 0 and at most 100".to_owned()),
            (10, 23, "unknown key `environments.p.scale.target.latncy`; hint: did you mean `latency`?".to_owned()),
            (10, 50, "`error-rate` is 0, but must be above 0 and at most 1".to_owned()),
            (11, 12, "`soon` is no time; hint: such as `30s` or `5m`".to_owned()),
            (12, 21, "`per-minute` is 0, so nothing would ever change; hint: leave it out, or 1 or more".to_owned()),
        ]
    );
    let text = "[project]\nname = \"shop\"\n[environments.p]\nimage = \"shop\"\nport = 80\n\
                scale = { plugin = \"builtin:x\", max = 9, target = { cpu = 70 }, start-up = \"20s\" }\n";
    let settings = parse("sdlc.toml", text, WORDS).unwrap();
    let scale = settings.environments[0].scale.as_ref().unwrap();
    assert_eq!((scale.target.min, scale.target.max, scale.target.start_up), (1, 9, 20_000));
    let plugins: Vec<_> = settings.plugins().map(|(name, plugin)| format!("{name} {}", plugin.source)).collect();
    assert_eq!(plugins, ["p builtin:blue-green", "p builtin:service-recovery", "p builtin:x"]);
}

#[test]
fn an_empty_configuration_is_one() {
    assert!(parse("sdlc.toml", "", WORDS).unwrap().gates.is_empty());
}

#[test]
fn what_is_measured_beside_the_replicas_is_checked_as_a_whole() {
    let text = "\
[project]
name = \"shop\"
[environments.production]
image = \"shop\"
port = 8080
[environments.production.monitor]
processes = [\"\"]
probes = [{ url = \"http://a/\", status = [200, 99], timeout = \"0s\" }, { url = \"ftp://a/\" }]
prometheus = [{ url = \"http://a/metrics\", metrics = [\"queue{\", \"up\"] }, { url = \"http://b/\", metrics = [] }]
";
    let found: Vec<_> = problems(text).into_iter().map(|(line, _, message)| (line, message)).collect();
    let expected = [
        (7, "``"),
        (8, "99"),
        (8, "`0s` is no time"),
        (8, "`ftp://a/` is no address"),
        (9, "`queue{` selects no metric"),
        (9, "no metric is named"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((line, message), (at, part)) in found.iter().zip(expected) {
        assert!(*line == at && message.contains(part), "{message} at {line}, not {part} at {at}");
    }
}
