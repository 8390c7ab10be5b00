//! A project in a temporary directory, and the binary run in it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_json::Value;
use tempfile::TempDir;

/// A project with a cache of its own.
pub(crate) struct Project {
    directory: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run of the binary came to.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        let project = Self { directory: tempfile::tempdir().unwrap(), variables: Vec::new() };
        fs::create_dir(project.root()).unwrap();
        project
    }

    /// A variable of each command.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().join("project")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn make_executable(&self, path: &str) {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The binary with these arguments, not yet run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sdlc"));
        command.current_dir(self.root()).args(arguments).env_clear();
        command.env("SDLC_CACHE_DIR", self.cache()).env("HOME", self.directory.path());
        command.envs(self.variables.iter().cloned());
        command.env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        command
    }

    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Runs with the JSON report.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["run", "--output-format", "json"], arguments].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
    }

    /// Runs git.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.root()).args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "-c",
            "init.defaultBranch=main",
        ]);
        let output = git.args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no `{text}` in\n{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no `{text}` in\n{}\n{}", self.stderr, self.stdout);
        self
    }
}

/// Paths of the findings of a JSON report, in order.
pub(crate) fn paths(report: &Value) -> Vec<String> {
    let gates = report["gates"].as_array().unwrap().iter();
    let findings = gates.flat_map(|gate| gate["findings"].as_array().unwrap());
    findings.map(|finding| finding["path"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The component of a crate of this repository, built once.
pub(crate) fn component(package: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let directory = BUILT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = Path::new(env!("CARGO_BIN_EXE_sdlc")).parent().unwrap().parent().unwrap().join("plugins");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&root).args(["build", "--locked", "--target", "wasm32-wasip2", "--profile", "plugin"]);
        cargo
            .args([
                "--package",
                "hostile",
                "--package",
                "prober",
                "--package",
                "quack",
                "--package",
                "example-gate",
                "--target-dir",
            ])
            .arg(&target);
        // The same flags as the build script's, so that both share what they build.
        cargo
            .env("RUSTFLAGS", "-C target-feature=+simd128,+bulk-memory -C relocation-model=static")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        target.join("wasm32-wasip2/plugin")
    });
    directory.join(format!("{}.wasm", package.replace('-', "_")))
}

/// A project whose gate `hostile` attacks.
pub(crate) fn hostile(attack: &str, amount: u64, more: &str) -> Project {
    let component = component("hostile");
    let configuration = format!(
        "[gates.hostile]\nplugin = {{ path = {component:?} }}\n{more}\n\
         [gates.hostile.settings]\nattack = \"{attack}\"\namount = {amount}\n\
         [gates.other]\nplugin = \"builtin:example-gate\"\n"
    );
    Project::new().file("sdlc.toml", configuration).file("a.txt", "text\n")
}
