//! From a published plugin to a gate in another repository, through a real registry: Debian's `docker-registry`.

use std::fs;

use crate::{
    harness::{Project, component},
    registry::Registry,
};

impl Registry {
    fn reference(&self, tag: &str) -> String {
        format!("127.0.0.1:{}/acme/length:{tag}", self.port)
    }

    #[track_caller]
    fn publish(&self, package: &str, tag: &str, more: &[&str]) {
        let component = component(package);
        let reference = self.reference(tag);
        let arguments = [&["plugin", "publish", component.to_str().unwrap(), &reference], more].concat();
        let ran = Project::new().run(&arguments).exits(0).says("@sha256:");
        let warned =
            ran.stderr.contains(&format!("warning: the tag is `{tag}`, but the plugin says that it is version 0.1.0"));
        assert_eq!(warned, tag != "0.1.0" && tag != "latest", "{}", ran.stderr);
    }
}

#[test]
fn a_published_plugin_is_a_pinned_gate_in_another_repository() {
    let Some(registry) = Registry::start() else { return };
    registry.publish("example-gate", "1.0.0", &[]);
    let reference = registry.reference("1.0.0");
    let project = Project::new().file("a.md", format!("{}\n", "x".repeat(130)));
    project.run(&["plugin", "inspect", &reference]).exits(0).says("kinds      file-gate");
    project.run(&["plugin", "add", &reference]).exits(0).complains("added gate `example-gate`");
    let lock = fs::read_to_string(project.path("sdlc.lock")).unwrap();
    assert!(lock.contains("manifest = \"sha256:"), "{lock}");
    project.run(&["run", "--locked"]).exits(1).says("line-too-long");
    // Vendored, it needs neither the registry nor the cache.
    project.run(&["plugin", "vendor"]).exits(0).complains("copied 1 plugin to");
    drop(registry);
    fs::remove_dir_all(project.cache()).unwrap();
    project.run(&["run", "--locked"]).exits(1).says("line-too-long");
}

#[test]
fn an_update_takes_the_newest_compatible_version_and_no_other() {
    let Some(registry) = Registry::start() else { return };
    for tag in ["1.0.0", "1.2.0", "2.0.0"] {
        registry.publish("example-gate", tag, &[]);
    }
    let project = Project::new().file("a.md", "text\n");
    project.run(&["plugin", "add", &registry.reference("1.0.0")]).exits(0);
    project.run(&["plugin", "update"]).exits(0);
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    assert!(text.contains("length:1.2.0"), "{text}");
    project.run(&["run", "--locked"]).exits(0);
}

#[test]
fn a_tag_that_was_moved_stops_what_would_load_it() {
    let Some(registry) = Registry::start() else { return };
    registry.publish("example-gate", "latest", &[]);
    let project = Project::new().file("a.md", "text\n");
    project.run(&["plugin", "add", &registry.reference("latest"), "--name", "a"]).exits(0);
    let again = Project::new();
    let (hostile, reference) = (component("hostile"), registry.reference("latest"));
    again
        .run(&["plugin", "publish", hostile.to_str().unwrap(), &reference])
        .exits(2)
        .complains("is there already, with other content");
    registry.publish("hostile", "latest", &["--force"]);
    // What is in the cache is what was pinned; without it the registry is asked, and is found out.
    project.run(&["run"]).exits(0);
    fs::remove_dir_all(project.cache()).unwrap();
    let ran = project.run(&["run"]).exits(2);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    project.run(&["plugin", "update"]).exits(2);
    project.run(&["plugin", "update", "--allow-moved"]).exits(0).complains("`a` is hostile 0.1.0");
}

#[test]
fn what_is_not_in_the_registry_is_named() {
    let Some(registry) = Registry::start() else { return };
    let reference = registry.reference("9.9.9");
    Project::new().run(&["plugin", "add", &reference]).exits(2).complains(&reference);
    Project::new()
        .run(&["plugin", "add", "acme"])
        .exits(2)
        .complains("hint: such as `registry.example/acme/gate:1.4.0`");
}
