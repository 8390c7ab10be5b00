//! The bindings that are checked in for Go and C are those that `wit-bindgen` makes of the contract today.
//!
//! To make them anew: `UPDATE_BINDINGS=1 cargo test -p sdlc-authoring --test bindings`, then `gofmt -w sdk/go/internal`.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sdlc_sandbox::kind::Kind;
use wit_bindgen_core::{Files, WorldGenerator};
use wit_parser::Resolve;

const GO_MODULE: &str = "sdlc/sdk/internal";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn generate(kind: Kind, generator: &mut dyn WorldGenerator) -> Vec<(String, String)> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit")).unwrap();
    let world = resolve.select_world(&[package], Some(&kind.world())).unwrap();
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files).unwrap();
    files.iter().map(|(name, bytes)| (name.to_owned(), String::from_utf8(bytes.to_vec()).unwrap())).collect()
}

/// A folder a world, whose files are called the same, so that the SDK's sources fit any of them.
fn c() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for kind in Kind::ALL {
        let options =
            wit_bindgen_c::Opts { no_object_file: true, rename_world: Some("sdlc".to_owned()), ..Default::default() };
        for (name, text) in generate(kind, &mut *options.build()) {
            all.insert(format!("sdk/c/bindings/{}/{name}", kind.world()), text);
        }
    }
    all
}

/// A package an interface, which worlds share, and one a world for what it exports.
fn go() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for kind in Kind::ALL {
        let world = format!("world_{}", kind.interface().replace('-', "_"));
        // Formatted by hand: whether `gofmt` is on the path must not change what comes out.
        let options = wit_bindgen_go::Opts { format: wit_bindgen_go::Format::False, ..Default::default() };
        for (name, text) in generate(kind, &mut *options.build()) {
            let name = match name.as_str() {
                "go.mod" => continue,
                "wit_exports.go" => format!("{world}/{name}"),
                _ => name,
            };
            let text = text
                .replace("\"wit_component/export_", &format!("\"{GO_MODULE}/adapters/export_"))
                .replace("\"wit_component/", &format!("\"{GO_MODULE}/bindings/"))
                .replace("\"go.bytecodealliance.org/pkg/wit/", &format!("\"{GO_MODULE}/wit/"))
                .replace("package main\n", &format!("package {world}\n"))
                .replace("// Unused, but present to make the compiler happy\nfunc main() {}\n", "");
            let text = format!("{}\n", text.trim_end());
            let before = all.insert(format!("sdk/go/internal/bindings/{name}"), text.clone());
            assert!(before.is_none_or(|before| before == text), "`{name}` differs between worlds");
        }
    }
    all
}

/// What counts: formatting moves blanks, sorts imports and leaves out semicolons.
fn essence(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text
        .lines()
        .map(|line| line.chars().filter(|character| !character.is_whitespace()).collect::<String>())
        .map(|line| line.trim_end_matches(';').to_owned())
        .filter(|line| !line.is_empty() && line != "//")
        .collect();
    lines.sort();
    lines
}

#[track_caller]
fn check(generated: BTreeMap<String, String>) {
    for (name, text) in generated {
        let path = root().join(&name);
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let checked_in = fs::read_to_string(&path).unwrap_or_default();
        assert!(essence(&checked_in) == essence(&text), "`{name}` is not what `wit-bindgen` makes of `wit/`");
    }
}

#[test]
fn bindings_for_c_are_up_to_date() {
    check(c());
}

#[test]
fn bindings_for_go_are_up_to_date() {
    check(go());
}
