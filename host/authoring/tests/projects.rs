//! Every template and every example is built with the real toolchains, and has what its kind asks for.
//!
//! Ignored unless asked for (`cargo test -p sdlc-authoring --test projects -- --ignored`): it needs cargo,
//! componentize-py, node with npm, Go and zig or clang on `PATH`. Does not run what was built.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use sdlc_authoring::{
    build::{Toolbox, build},
    manifest::{FILE_NAME, Language, Manifest},
};
use sdlc_sandbox::kind::Kind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
#[ignore = "needs the toolchains of the language"]
fn rust() {
    check(Language::Rust);
}

#[test]
#[ignore = "needs the toolchains of the language"]
fn python() {
    check(Language::Python);
}

#[test]
#[ignore = "needs the toolchains of the language"]
fn js() {
    check(Language::Js);
}

#[test]
#[ignore = "needs the toolchains of the language"]
fn ts() {
    check(Language::Ts);
}

#[test]
#[ignore = "needs the toolchains of the language"]
fn go() {
    check(Language::Go);
}

#[test]
#[ignore = "needs the toolchains of the language"]
fn c() {
    check(Language::C);
}

/// Builds all templates of a language, then its examples. What was built is left below the target directory.
fn check(lang: Language) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects");
    for kind in Kind::ALL {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("my-plugin");
        instantiate(lang, kind, &project);
        let manifest = Manifest::parse(&fs::read_to_string(project.join(FILE_NAME)).unwrap()).unwrap();
        assert_eq!((manifest.lang, manifest.kind, manifest.name.as_str()), (lang, kind, "my-plugin"));
        built(&project, &manifest, &out.join(format!("{lang}-{kind}")));
    }
    for entry in fs::read_dir(root().join("sdk").join(lang.sdk()).join("examples")).into_iter().flatten() {
        let project = entry.unwrap().path();
        let manifest = Manifest::parse(&fs::read_to_string(project.join(FILE_NAME)).unwrap()).unwrap();
        if manifest.lang == lang {
            built(&project, &manifest, &out.join(format!("example-{}", manifest.name)));
            let cases = fs::read_dir(project.join("cases")).unwrap().count();
            assert!(cases >= 3, "`{}` has {cases} cases", manifest.name);
        }
    }
}

#[expect(clippy::print_stderr, reason = "what it cost is worth a line in the log")]
fn built(project: &Path, manifest: &Manifest, out: &Path) {
    let path = std::env::var_os("PATH").unwrap();
    if matches!(manifest.lang, Language::Js | Language::Ts) {
        let npm = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--no-package-lock"];
        let status = Command::new("npm").args(npm).current_dir(project).output().unwrap().status;
        assert!(status.success(), "npm install: {status}");
    }
    let start = Instant::now();
    let component = match build(project, manifest, &Toolbox::new(path), out) {
        Ok(component) => component,
        Err(error) => panic!("{} {}: {error}", manifest.lang, manifest.kind),
    };
    let bytes = fs::read(&component).unwrap();
    eprintln!(
        "{} {} `{}`: {} KiB in {:.1} s",
        manifest.lang,
        manifest.kind,
        manifest.name,
        bytes.len() / 1024,
        start.elapsed().as_secs_f64()
    );
    assert_eq!(component, out.canonicalize().unwrap().join(manifest.component()));
    has_what_its_kind_asks_for(&bytes, manifest.kind);
}

/// What `sdlc plugin new` does: the SDK and the contract as they are, then what all kinds share, then the kind.
fn instantiate(lang: Language, kind: Kind, project: &Path) {
    let sdk = root().join("sdk").join(lang.sdk());
    let left_out = ["templates", "templates-ts", "examples", "tests", "node_modules", "target", "__pycache__"];
    copy(&sdk, &project.join("sdk"), &|name| left_out.contains(&name) || name.starts_with('.'), &str::to_owned);
    copy(&root().join("wit"), &project.join("wit"), &|_| false, &str::to_owned);
    let substitute = |text: &str| {
        text.replace("{{name}}", "my-plugin").replace("{{Name}}", "MyPlugin").replace("{{name_snake}}", "my_plugin")
    };
    let templates = sdk.join(lang.templates());
    copy(&templates.join("shared"), project, &|_| false, &substitute);
    copy(&templates.join(kind.interface()), project, &|_| false, &substitute);
}

fn copy(from: &Path, to: &Path, leave_out: &dyn Fn(&str) -> bool, change: &dyn Fn(&str) -> String) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if leave_out(&name) {
            continue;
        }
        let to = to.join(change(&name));
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to, leave_out, change);
        } else {
            fs::write(to, change(&fs::read_to_string(entry.path()).unwrap())).unwrap();
        }
    }
}

/// Exports of the kind, and no imports but those of WASI and of the kind's world.
fn has_what_its_kind_asks_for(component: &[u8], kind: Kind) {
    wasmparser::validate(component).unwrap();
    let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0_u32);
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            wasmparser::Payload::ModuleSection { .. } | wasmparser::Payload::ComponentSection { .. } => depth += 1,
            wasmparser::Payload::End(_) => depth = depth.saturating_sub(1),
            wasmparser::Payload::ComponentImportSection(section) if depth == 0 => {
                imports.extend(section.into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            wasmparser::Payload::ComponentExportSection(section) if depth == 0 => {
                exports.extend(section.into_iter().map(|export| export.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
    }
    for export in ["plugin", kind.interface()].map(|interface| format!("sdlc:plugin/{interface}@0.1.0")) {
        assert!(exports.contains(&export), "{export} is not among {exports:?}");
    }
    let allowed: &[&str] = match kind {
        Kind::WorkspaceGate => &["types", "workspace", "tools", "load"],
        Kind::Healer => &["types", "workspace", "tools"],
        Kind::FileGate | Kind::ScalingPolicy | Kind::DeployStrategy => &["types"],
    };
    for import in imports {
        let ours = allowed.iter().any(|interface| import == format!("sdlc:plugin/{interface}@0.1.0"));
        assert!(ours || import.starts_with("wasi:"), "`{kind}` imports `{import}`");
    }
}
