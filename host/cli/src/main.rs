//! The `sdlc` program: arguments, wiring, exit codes. The only crate that reads the environment.
#![forbid(unsafe_code)]

mod advisory_arguments;
mod arguments;
mod bench_arguments;
mod commands;
mod components;
mod console;
mod deploy_arguments;
mod deploying;
mod exit;
mod grants;
mod healing;
mod history_arguments;
mod incidents;
mod interrupt;
mod job;
mod languages;
mod moment;
mod monitor_arguments;
mod monitoring;
mod plugin_arguments;
mod plugins;
mod progress;
mod project;
mod recover_arguments;
mod recovering;
mod refusal;
mod registry;
mod remember;
mod reports;
mod run_arguments;
mod scale_arguments;
mod scaling;
mod scratch;
mod toolchains;
mod whole_file;

fn main() -> std::process::ExitCode {
    commands::main()
}
