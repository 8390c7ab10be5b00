//! Attack 17: a healer that changes what decides over checks.

use std::fs;

use crate::harness::{Project, component};

const PROTECTED: [&str; 9] = [
    "sdlc.toml",
    "sdlc.lock",
    "sdlc-baseline.json",
    "sub/sdlc.toml",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".git/hooks/pre-commit",
    ".git/config",
    ".pre-commit-config.yaml",
];

#[test]
fn attack_17_what_decides_over_checks_is_never_healed_whatever_is_granted() {
    let project = Project::new().file("a.txt", "bad  \n");
    fs::copy(component("quack"), project.path("quack.wasm")).unwrap();
    let write = PROTECTED.map(|path| format!("\"{path}\" = \"mine\"")).join(", ");
    let grants = PROTECTED.map(|path| format!("\"{path}\"")).join(", ");
    let configuration = format!(
        "[gates.hygiene]\nplugin = \"builtin:hygiene\"\n\
         [healers.quack]\nplugin = {{ path = \"quack.wasm\" }}\n\
         grant = {{ write = [\"**\", \".git/**\", {grants}] }}\n\
         settings = {{ write = {{ {write} }}, delete = [\"sdlc.toml\", \".git/HEAD\"] }}\n"
    );
    project.write("sdlc.toml", &configuration);
    project.write(".github/workflows/ci.yml", "on: push\n");
    project.git(&["init", "-q"]);
    let ran = project.run(&["heal", "quack"]).exits(1);
    for path in PROTECTED {
        assert!(ran.stdout.contains(&format!("`{path}` is never healed")), "{path}:\n{}", ran.stdout);
    }
    assert_eq!(fs::read_to_string(project.path("sdlc.toml")).unwrap(), configuration);
    assert_eq!(fs::read_to_string(project.path(".github/workflows/ci.yml")).unwrap(), "on: push\n");
    assert!(!project.path(".git/hooks/pre-commit").exists() && project.path(".git/HEAD").exists());
}

#[test]
fn attack_17_a_path_that_leads_out_is_an_error_of_the_plugin() {
    for path in ["../outside.txt", "/tmp/outside.txt", "a/../../outside.txt", "a//b", ""] {
        let project = Project::new().file("a.txt", "bad  \n");
        fs::copy(component("quack"), project.path("quack.wasm")).unwrap();
        project.write(
            "sdlc.toml",
            format!(
                "[gates.hygiene]\nplugin = \"builtin:hygiene\"\n[healers.quack]\nplugin = {{ path = \"quack.wasm\" }}\n\
                 grant = {{ write = [\"**\"] }}\nsettings = {{ write = {{ \"{path}\" = \"mine\" }} }}\n"
            ),
        );
        project.run(&["heal", "quack"]).exits(3).says("failed healer `quack`");
        assert!(!project.path("../outside.txt").exists(), "{path}");
    }
}

#[test]
fn attack_17_a_link_is_not_written_through() {
    let project = Project::new().file("a.txt", "bad  \n").file("../outside/x.txt", "theirs\n");
    std::os::unix::fs::symlink("../outside", project.path("out")).unwrap();
    std::os::unix::fs::symlink("../outside/x.txt", project.path("x.txt")).unwrap();
    fs::copy(component("quack"), project.path("quack.wasm")).unwrap();
    project.write(
        "sdlc.toml",
        "[gates.hygiene]\nplugin = \"builtin:hygiene\"\n[healers.quack]\nplugin = { path = \"quack.wasm\" }\n\
         grant = { write = [\"**\"] }\n\
         settings = { write = { \"out/x.txt\" = \"mine\\n\", \"x.txt\" = \"mine\\n\", \"a.txt\" = \"good\\n\" } }\n",
    );
    let ran = project.run(&["heal", "quack"]);
    assert_eq!(fs::read_to_string(project.path("../outside/x.txt")).unwrap(), "theirs\n");
    assert!(fs::symlink_metadata(project.path("x.txt")).unwrap().is_symlink(), "{}", ran.stdout);
}
