//! A workspace gate that asks the host for what its settings say, and tells what came of it, a finding a request.

use sdlc_sdk::{
    Error, Finding, Info, Plugin, Problem, Report, Severity, WorkspaceGate,
    tools::{self, Command},
    workspace,
};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Request {
    /// Lists the files of a glob.
    Files(String),
    /// Reads a file.
    Read(String),
    /// Runs a program with arguments.
    Run(Vec<String>),
    /// Asks for the lines that were changed.
    Changes,
    /// Says something about a file.
    Find(String),
    /// Writes to the log.
    Log(String),
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    requests: Vec<Request>,
}

struct Prober(Settings);

impl Plugin for Prober {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("prober", env!("CARGO_PKG_VERSION"), "tells what the host lets it do")
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        Ok(Self(settings))
    }
}

impl WorkspaceGate for Prober {
    fn check(&self) -> Result<Report, Error> {
        Ok(self.0.requests.iter().map(finding).collect())
    }
}

fn finding(request: &Request) -> Finding {
    if let Request::Find(path) = request {
        return Finding::new("probe", Severity::Note, "found").at(path, 0..1);
    }
    let said = answer(request).unwrap_or_else(|error| format!("{error:?}"));
    Finding::new("probe", Severity::Note, said)
}

fn answer(request: &Request) -> Result<String, Error> {
    match request {
        Request::Files(glob) => {
            let files = workspace::files(std::slice::from_ref(glob))?;
            Ok(files.iter().map(|file| file.path.clone()).collect::<Vec<_>>().join(" "))
        }
        Request::Read(path) => Ok(String::from_utf8_lossy(&workspace::read(path)?).into_owned()),
        Request::Run(words) => run(words),
        Request::Changes => {
            let lines = workspace::changes()?;
            let lines = lines.iter().map(|lines| format!("{}:{}-{}", lines.path, lines.first, lines.last));
            Ok(lines.collect::<Vec<_>>().join(" "))
        }
        Request::Find(_) => Ok(String::new()),
        Request::Log(text) => {
            log(text);
            Ok(String::new())
        }
    }
}

fn run(words: &[String]) -> Result<String, Error> {
    let (program, arguments) = words.split_first().ok_or_else(|| Error::Other("no program".to_owned()))?;
    let command =
        Command { program: program.clone(), arguments: arguments.to_vec(), directory: None, stdin: Vec::new() };
    let output = tools::run(&command)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(format!("{:?} {} {}", output.status, text(&output.stdout), text(&output.stderr)))
}

#[expect(clippy::print_stderr, reason = "this is what is under test")]
fn log(text: &str) {
    eprintln!("{text}");
}

sdlc_sdk::export!(Prober: workspace_gate);
