//! Attacks through what a gate remembers.

use crate::harness::{Project, component};

#[test]
fn attack_41_what_one_gate_remembers_another_of_the_same_plugin_does_not_know() {
    let component = component("hostile");
    let gate = |name: &str| {
        format!("[gates.{name}]\nplugin = {{ path = {component:?} }}\nsettings = {{ attack = \"count\" }}\n")
    };
    let project = Project::new().file("sdlc.toml", gate("one") + &gate("two")).file("a.txt", "text\n");
    let report = project.json(&["--no-cache", "-j", "1"]);
    for gate in report["gates"].as_array().unwrap() {
        assert_eq!(gate["findings"][0]["message"], "called 1 times", "{report:#}");
    }
}
