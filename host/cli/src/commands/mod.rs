//! One command a file, and what they share: errors become messages and exit codes here.

mod advisories;
mod baseline;
mod bench;
mod cache;
mod config;
mod deploy;
mod deployments;
mod errors;
mod explain;
mod heal;
mod history;
mod init;
mod monitor;
mod monitor_report;
mod plugin;
mod proxy;
mod recover;
mod refused;
mod remove;
mod rollback;
mod run;
mod scale;
mod status;
mod undo;

use std::{io, process::ExitCode};

use anyhow::Result;
use clap::{CommandFactory, Parser};
use sdlc_gates::run::RunError;
use sdlc_sandbox::compile::{self, Caps};
use sdlc_tools::launcher;
use sdlc_workspace::scope::WorkspaceError;

use crate::{
    arguments::{Arguments, Command},
    console::{Console, chain},
    exit::Exit,
};

pub(crate) fn main() -> ExitCode {
    // The executable is also what confines native programs, and becomes them: see `tools::launcher`.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == launcher::ARGUMENT) {
        return launcher::serve();
    }
    command().into()
}

fn command() -> Exit {
    // The executable is also the compiler of foreign plugins: a child of itself, see `sandbox::compile`.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == compile::CHILD_ARGUMENT) {
        return compiler();
    }
    let arguments = Arguments::parse();
    let console = Console::new(&arguments.global);
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .init();
    match dispatch(arguments, console) {
        Ok(exit) => exit,
        Err(error) => {
            console.error(&chain(&error));
            Exit::of_error(&error)
        }
    }
}

fn dispatch(arguments: Arguments, console: Console) -> Result<Exit> {
    let global = arguments.global;
    match arguments.command {
        Command::Run(run) => run::run(&run, &global, console),
        Command::Baseline(command) => baseline::baseline(&command, &global, console),
        Command::Bench(command) => bench::bench(&command, &global, console),
        Command::History(arguments) => history::history(&arguments, &global, console),
        Command::Errors(arguments) => errors::errors(&arguments, &global, console),
        Command::Heal(arguments) => heal::heal(&arguments, &global, console),
        Command::Undo => undo::undo(&global, console),
        Command::Deploy(arguments) => deploy::deploy(&arguments, &global, console),
        Command::Rollback(arguments) => rollback::rollback(&arguments, &global, console),
        Command::Remove(arguments) => remove::remove(&arguments, &global, console),
        Command::Status(arguments) => status::status(&arguments, &global, console),
        Command::Deployments(arguments) => deployments::deployments(&arguments, &global, console),
        Command::Monitor(arguments) => monitor::monitor(&arguments, &global, console),
        Command::Scale(command) => scale::scale(&command, &global, console),
        Command::Recover(command) => recover::recover(&command, &global, console),
        Command::Proxy(command) => proxy::proxy(&command, &global, console),
        Command::Init => init::init(console),
        Command::Config(crate::arguments::Config::Check) => config::check(&global, console),
        Command::Plugin(command) => plugin::plugin(&command, &global, console),
        Command::Schema => {
            let schema = serde_json::to_string_pretty(&sdlc_config::raw::schema())?;
            console.data(|out| writeln!(out, "{schema}"))?;
            Ok(Exit::Passed)
        }
        Command::Explain(explain) => explain::explain(&explain, &global, console),
        Command::Cache(cache) => cache::cache(&cache, &global, console),
        Command::Advisories(command) => advisories::advisories(&command, &global, console),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "sdlc", &mut script);
            console.data(|out| out.write_all(&script))?;
            Ok(Exit::Passed)
        }
    }
}

#[expect(clippy::print_stderr, reason = "the parent reads it there")]
fn compiler() -> Exit {
    match compile::serve(Caps::default()) {
        Ok(()) => Exit::Passed,
        Err(error) => {
            eprintln!("{error}");
            Exit::Failed
        }
    }
}

/// The exit code of an error that stopped a run before it began: the user's, or the machine's.
fn exit_of(error: &RunError) -> Exit {
    match error {
        RunError::Settings { .. } => Exit::Usage,
        RunError::Workspace(WorkspaceError::Git(_)) | RunError::Start(_) => Exit::Failed,
        RunError::Workspace(_) => Exit::Usage,
    }
}
