//! `sdlc.toml`: written, checked, refused.

use std::fs;

use crate::harness::Project;

#[test]
fn init_writes_a_configuration_that_is_valid_and_runs() {
    let project = Project::new().file("a.py", "x = 1\n").file("main.go", "package main\n");
    project.run(&["init"]).exits(0).complains("found Go, Python");
    project.run(&["config", "check"]).exits(0).complains("is fine: 3 gates");
    project.run(&["run"]).exits(0).says("lint    passed");
    let more = Project::new().file(".github/workflows/ci.yml", "on: push\n").file("deploy/Dockerfile", "FROM x\n");
    more.run(&["init"]).exits(0);
    more.run(&["config", "check"]).exits(0).complains("is fine: 4 gates");
}

#[test]
fn init_never_overwrites() {
    let project = Project::new().file("sdlc.toml", "# mine\n");
    project.run(&["init"]).exits(2).complains("is there already");
    assert_eq!(fs::read(project.path("sdlc.toml")).unwrap(), b"# mine\n");
}

#[test]
fn a_misspelt_plugin_gets_the_nearest_name_and_the_place() {
    let project = Project::new().file("sdlc.toml", "[gates.lint]\nplugin = \"builtin:python-lnt\"\n");
    project.run(&["run"]).exits(2).complains("did you mean `builtin:python-lint`?").complains("sdlc.toml:2:10");
}

#[test]
fn settings_that_the_plugin_refuses_are_shown_where_they_stand() {
    let text = "[gates.a]\nplugin = \"builtin:example-gate\"\n[gates.a.settings]\nmax = 0\n";
    let project = Project::new().file("sdlc.toml", text);
    project.run(&["config", "check"]).exits(2).complains("`max`: must be at least 1").complains("sdlc.toml:4:7");
    project.run(&["run"]).exits(2).complains("sdlc.toml:4:7");
    project.write("sdlc.toml", text.replace("max = 0", "mux = 1"));
    project
        .run(&["config", "check"])
        .exits(2)
        .complains("unknown key `gates.a.settings.mux`; hint: did you mean `max`?")
        .complains("sdlc.toml:4:");
}

#[test]
fn conditions_decide() {
    let project = Project::new().file("a.py", "import os\n");
    let with = |line: &str| {
        project.write("sdlc.toml", format!("[gates.lint]\nplugin = \"builtin:python-lint\"\n{line}\n"));
        project.run(&["run"])
    };
    with("").exits(1);
    with("fail-on = \"never\"").exits(0);
    with("require = { findings = \"<= 1\" }").exits(0);
    with("require = { errors = \"== 0\" }").exits(1).says("`errors` is 1, required is == 0");
    with("require = { speed = \">= 1\" }").exits(1).says("`speed` is missing, required is >= 1");
    with("[overall]\nrequire = { score = \">= 9.5\" }").exits(1).says("overall: `score` is");
}

#[test]
fn exit_zero_turns_one_into_zero_and_nothing_else() {
    let project = Project::new().file("a.py", "import os\n");
    project.run(&["run", "--exit-zero"]).exits(0);
    project.run(&["run", "--exit-zero", "nowhere"]).exits(2).complains("hint: the gates are `dockerfile`, `hygiene`, ");
}

#[test]
fn the_schema_is_json_and_knows_the_gates() {
    let schema: serde_json::Value = serde_json::from_str(&Project::new().run(&["schema"]).exits(0).stdout).unwrap();
    assert!(schema["properties"]["gates"].is_object());
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        Project::new().run(&["completions", shell]).exits(0).says("staged");
    }
}

#[test]
fn all_settings_that_do_not_fit_the_plugin_are_shown_at_once() {
    let text =
        "[gates.a]\nplugin = \"builtin:python-lint\"\n[gates.a.settings]\nextend-selekt = []\nline-length = \"x\"\n";
    let ran = Project::new().file("sdlc.toml", text).run(&["config", "check"]).exits(2);
    let ran = ran.complains("unknown key `gates.a.settings.extend-selekt`; hint: did you mean `extend-select`?");
    ran.complains("`gates.a.settings.line-length` is a text, but must be a whole number").complains("2 problems");
}

#[test]
fn a_configuration_without_gates_is_no_silent_pass() {
    let project = Project::new().file("sdlc.toml", "").file("a.txt", "x  \n");
    for command in ["run", "heal"] {
        project.run(&[command]).exits(2).complains("`sdlc.toml` has no gates, so there is nothing to check; hint: ");
    }
    project.run(&["config", "check"]).exits(0).complains("is fine: 0 gates; `sdlc run` has nothing to check");
}

#[test]
fn all_that_can_be_known_to_be_wrong_is_shown_at_once() {
    let text = "[project]\nexlude = []\n[gates.a]\nplugin = \"builtin:example-gate\"\nsettings = { max = 0 }\n\
                [gates.b]\nplugin = { path = \"b.wasm\" }\n[gates.c]\nplugin = \"builtin:hygeine\"\n\
                [healers.x]\nplugin = \"builtin:tool\"\nsettings = { commnd = 1 }\n";
    let ran = Project::new().file("sdlc.toml", text).run(&["config", "check"]).exits(2);
    let ran = ran.complains("unknown key `project.exlude`").complains("`max`: must be at least 1");
    let ran = ran.complains("b.wasm` cannot be read").complains("no built-in plugin is called `hygeine`");
    ran.complains("unknown field `commnd`").complains("`sdlc.toml` has 5 problems");
}

#[test]
fn init_tells_of_lock_files_what_their_gate_needs_first() {
    let project = Project::new().file("requirements.txt", "flask==1.0\n").file("web/package-lock.json", "{}\n");
    project.run(&["init"]).exits(0).complains("the gate `dependencies` stands in `sdlc.toml` as a comment");
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    assert!(text.contains("/PyPI/all.zip \\\n#     --from ") && text.contains("/npm/all.zip\n"), "{text}");
    let (before, gate) = text.split_once("# [gates.dependencies]").unwrap();
    project.write("sdlc.toml", format!("{before}[gates.dependencies]{}", gate.replace("\n# ", "\n")));
    project.run(&["config", "check"]).exits(0).complains("is fine: 4 gates");
    project.run(&["run", "dependencies"]).exits(3).says("hint: `sdlc advisories update");
}
