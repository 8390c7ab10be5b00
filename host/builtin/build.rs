//! Builds every plugin of `plugins/` for `wasm32-wasip2`, compiles it ahead of time, and lists it.
//!
//! A new plugin is a new folder there: nothing here names one.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use sdlc_sandbox::{
    compile::compile_builtin,
    engine::{Overrun, compatibility, digest},
};
use serde_json::Value;

const TARGET: &str = "wasm32-wasip2";
const PROFILE: &str = "plugin";
/// Every runtime of today has SIMD, and the searches of the gates are several times as fast with it. Nothing is linked to a
/// component later, so that its code need not work wherever it is put, as this target's does by default.
const RUSTFLAGS: &str = "-C target-feature=+simd128,+bulk-memory -C relocation-model=static";
/// Not all of `sdk/rust`: what toolchains leave in its examples is no input.
const INPUTS: [&str; 7] =
    ["plugins", "sdk/rust/src", "sdk/rust/build.rs", "sdk/rust/Cargo.toml", "wit", "Cargo.toml", "Cargo.lock"];

type Result<T> = std::result::Result<T, String>;

fn main() {
    if let Err(error) = run() {
        println!("cargo::error={}", error.replace('\n', " | "));
    }
}

fn run() -> Result<()> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = manifest.join("../..").canonicalize().map_err(|error| error.to_string())?;
    let out = PathBuf::from(variable("OUT_DIR")?);
    // OUT_DIR is `target/PROFILE/build/CRATE-HASH/out`.
    let target = out.ancestors().nth(4).ok_or("no target directory")?.join("plugins");
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let names = names(&root.join("plugins"))?;
    let abandoned = abandoned(&root)?;
    build(&root, &target, &names)?;
    let mut list = String::from("&[\n");
    for name in &names {
        let file = target.join(TARGET).join(PROFILE).join(format!("{}.wasm", name.replace('-', "_")));
        let component = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let overrun = if abandoned.contains(name) { Overrun::Abandon } else { Overrun::Interrupt };
        let code = compiled(&target, &component, overrun)?;
        let embedded = out.join(format!("{name}.code"));
        fs::copy(&code, &embedded).map_err(|error| error.to_string())?;
        list.push_str(&format!(
            "Builtin {{ name: {name:?}, digest: {:?}, interruptible: {}, code: &Pages(*include_bytes!({embedded:?})).0 }},\n",
            digest(&component),
            overrun == Overrun::Interrupt
        ));
    }
    list.push(']');
    fs::write(out.join("list.rs"), list).map_err(|error| error.to_string())
}

fn variable(name: &str) -> Result<String> {
    env::var(name).map_err(|_| format!("{name} is not set"))
}

fn names(plugins: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(plugins).map_err(|error| format!("{}: {error}", plugins.display()))?;
    let mut names: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// A target directory of its own: the one of the build under way is locked.
fn build(root: &Path, target: &Path, names: &[String]) -> Result<()> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo.current_dir(root).args(["build", "--locked", "--target", TARGET, "--profile", PROFILE, "--target-dir"]);
    cargo.arg(target).args(names.iter().flat_map(|name| ["--package", name]));
    cargo.env("RUSTFLAGS", RUSTFLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTC_WORKSPACE_WRAPPER");
    let output = cargo.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("target may not be installed") {
        return Err(format!(
            "the plugins are built for {TARGET}, which is not installed; hint: rustup target add {TARGET}"
        ));
    }
    Err(format!("the plugins could not be built: {said}"))
}

/// The plugins whose manifests have `overrun = "abandon"` in `package.metadata.sdlc`: those that compute for long on each file.
fn abandoned(root: &Path) -> Result<Vec<String>> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo.current_dir(root).args(["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    let output = cargo.output().map_err(|error| format!("cannot run cargo: {error}"))?;
    let told: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("`cargo metadata`: {error}"))?;
    let packages = told.get("packages").and_then(Value::as_array).into_iter().flatten();
    let abandoned = packages.filter(|package| {
        package.pointer("/metadata/sdlc/overrun").is_some_and(|overrun| overrun.as_str() == Some("abandon"))
    });
    Ok(abandoned.filter_map(|package| Some(package.get("name")?.as_str()?.to_owned())).collect())
}

/// Code of a component, compiled unless an earlier build left it.
fn compiled(target: &Path, component: &[u8], overrun: Overrun) -> Result<PathBuf> {
    let triple = variable("TARGET")?;
    let compiler = option_env!("CARGO_PKG_VERSION").unwrap_or_default();
    let directory = target.join("code");
    let key = format!("{}-{triple}-{compiler}-{}", digest(component), compatibility(overrun));
    let file = directory.join(key);
    if !file.exists() {
        fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let code = compile_builtin(component, &triple, overrun).map_err(|error| error.to_string())?;
        let temporary = directory.join(format!("{}.tmp", std::process::id()));
        fs::write(&temporary, code).map_err(|error| error.to_string())?;
        fs::rename(&temporary, &file).map_err(|error| error.to_string())?;
    }
    Ok(file)
}
