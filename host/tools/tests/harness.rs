//! A workspace with its surroundings, and running programs in it on each tier that can be reached here.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use sdlc_tools::{
    command::{Command, Ending, Output},
    error::ToolError,
    grant::{Grant, Variable},
    host::Host,
    limits::Limits,
    tier::Tier,
    tools::{Confinement, Tools},
};

/// A workspace with its surroundings.
pub(crate) struct Place {
    root: tempfile::TempDir,
    pub(crate) grant: Grant,
    pub(crate) limits: Limits,
    pub(crate) path: String,
    pub(crate) confinement: Confinement,
}

impl Place {
    /// In which `sh`, `python3` and `perl` may be run, and all of the workspace read.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("workspace")).unwrap();
        let run = ["sh", "python3", "perl", "cat"].map(|program| program.parse().unwrap()).into();
        Self {
            root,
            grant: Grant { run, read: vec![".".into()], ..Grant::default() },
            limits: Limits { time: Duration::from_secs(20), ..Limits::default() },
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
            confinement: Confinement::default(),
        }
    }

    /// Confined by this tier, neither less nor more.
    pub(crate) fn on(tier: Tier) -> Self {
        Self { confinement: Confinement { least: tier, most: tier }, ..Self::new() }
    }

    /// One for each tier that confines files.
    pub(crate) fn confined() -> impl Iterator<Item = Self> {
        Self::all().filter(|place| place.confinement.least >= Tier::Landlock)
    }

    /// One for each tier that can be reached here; which that is has a test of its own.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let highest = block_on(Self::new().tools().tier()).unwrap();
        Tier::ALL.into_iter().filter(move |tier| *tier <= highest).map(Self::on)
    }

    /// A path in the workspace.
    pub(crate) fn inside(&self, path: &str) -> PathBuf {
        self.outside("workspace").join(path)
    }

    /// A path beside the workspace.
    pub(crate) fn outside(&self, path: &str) -> PathBuf {
        fs::canonicalize(self.root.path()).unwrap().join(path)
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.inside("").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn script(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.inside("").join(path);
        self.write(&path, text);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn variable(&mut self, name: &str, value: &str) {
        self.grant.environment.push(Variable::new(name, value).unwrap());
    }

    pub(crate) fn tools(&self) -> Tools {
        self.tools_with_toolchains(Vec::new())
    }

    pub(crate) fn tools_with_toolchains(&self, toolchains: Vec<PathBuf>) -> Tools {
        let host = Host {
            launcher: env!("CARGO_BIN_EXE_sdlc-tools-launcher").into(),
            workspace: self.inside(""),
            path: self.path.clone().into(),
            temporary: self.outside(""),
            toolchains,
        };
        Tools::new(host, self.grant.clone(), self.limits.clone(), self.confinement, "gates.check.").unwrap()
    }

    pub(crate) fn run(&self, command: &Command) -> Result<Output, ToolError> {
        block_on(self.tools().run(command))
    }

    /// Runs a script of the shell.
    #[track_caller]
    pub(crate) fn sh(&self, script: &str) -> Output {
        self.run(&command("sh", &["-c", script])).unwrap()
    }

    #[track_caller]
    pub(crate) fn python(&self, script: &str) -> Output {
        self.run(&command("python3", &["-c", script])).unwrap()
    }

    /// Runs a script of the shell that has to succeed, and gives back what it wrote.
    #[track_caller]
    pub(crate) fn succeeds(&self, script: &str) -> String {
        let output = self.sh(script);
        assert_eq!(output.ending, Ending::Exited(0), "{script}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs a script of the shell that has to fail with this in its errors.
    #[track_caller]
    pub(crate) fn fails(&self, script: &str, error: &str) {
        let output = self.sh(script);
        let stderr = text(&output.stderr);
        assert!(!matches!(output.ending, Ending::Exited(0)), "{:?}: {script}: {}", output.tier, text(&output.stdout));
        assert!(stderr.contains(error), "{:?}: {script}: {stderr}", output.tier);
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    Command {
        program: program.to_owned(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        ..Command::default()
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a process has this argument.
pub(crate) fn is_running(mark: &str) -> bool {
    let has = |entry: fs::DirEntry| {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|argument| argument == mark.as_bytes())
    };
    fs::read_dir("/proc").unwrap().any(|entry| entry.is_ok_and(has))
}

/// An argument that no other process has.
pub(crate) fn mark(place: &Place) -> String {
    text(place.outside("").file_name().unwrap().as_encoded_bytes())
}
