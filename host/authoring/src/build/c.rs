//! C: zig or clang makes a core module for WASI preview 1, and the encoder a component of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{BuildError, Toolbox, componentize, sdk, toolbox::run};
use crate::manifest::Manifest;

const INSTALL: &str = "pip install ziglang (or apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32)";

pub(super) fn build(project: &Path, manifest: &Manifest, toolbox: &Toolbox, out: &Path) -> Result<PathBuf, BuildError> {
    let toolbox = toolbox.with(&project.join(".venv/bin"));
    let mut compiler = compiler(&toolbox, project)?;
    let module = out.join(format!("{}.core.wasm", manifest.name));
    let sdk = sdk(project, manifest)?;
    let bindings = sdk.join("bindings").join(&manifest.world);
    run(compiler
        .args(["--target=wasm32-wasi", "-mexec-model=reactor", "-std=c11", "-Os", "-Wall", "-Wextra"])
        // A stack of 256 KiB: the linker's own choice of 16 MiB would be touched memory in each instance.
        .args(["-Wl,-z,stack-size=262144", "-Wl,--strip-all"])
        .arg("-I")
        .arg(&sdk)
        .arg("-I")
        .arg(&bindings)
        .args(sources(&project.join(manifest.entry_or("src")))?)
        .args(sources(&sdk)?)
        .args(sources(&bindings)?)
        // What the kind of the world exports; a world of one's own exports it in one's own sources.
        .args(Some(sdk.join("kinds").join(format!("{}.c", manifest.world))).filter(|it| it.exists()))
        .arg("-o")
        .arg(&module))?;
    componentize(&module, project, manifest, out)
}

/// zig, which brings its own C library, or else clang with wasi-libc.
fn compiler(toolbox: &Toolbox, project: &Path) -> Result<Command, BuildError> {
    if let Some(zig) = toolbox.find("zig") {
        let mut command = toolbox.command(&zig, project);
        command.arg("cc");
        return Ok(command);
    }
    for python in ["python3", "python"] {
        let Some(python) = toolbox.find(python) else { continue };
        if run(toolbox.command(&python, project).args(["-c", "import ziglang"])).is_ok() {
            let mut command = toolbox.command(&python, project);
            command.args(["-m", "ziglang", "cc"]);
            return Ok(command);
        }
    }
    let clang = toolbox.need("clang", INSTALL).map_err(|_| missing("zig or clang"))?;
    // What a clang that can build for WASI knows the place of, wherever it was installed.
    let parts = [
        ("-print-prog-name=wasm-ld", "wasm-ld"),
        ("-print-file-name=crt1-reactor.o", "wasi-libc"),
        ("-print-libgcc-file-name", "libclang_rt.builtins for wasm32"),
    ];
    for (question, part) in parts {
        let answer = run(toolbox.command(&clang, project).args(["--target=wasm32-wasi", question]))?;
        if !Path::new(String::from_utf8_lossy(&answer).trim_end()).is_file() {
            return Err(missing(part));
        }
    }
    Ok(toolbox.command(&clang, project))
}

/// The C files of a directory, in the order of their names so that the same sources give the same bytes.
fn sources(directory: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut files = fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>())
        .map_err(BuildError::io("read", directory))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "c"));
    files.sort();
    Ok(files)
}

fn missing(tool: &str) -> BuildError {
    BuildError::Missing { tool: tool.to_owned(), install: INSTALL.to_owned() }
}
