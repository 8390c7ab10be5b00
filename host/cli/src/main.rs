//! The `sdlc` program: arguments, wiring, exit codes. The only crate that reads the environment.
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod console;
mod exit;
mod interrupt;
mod languages;
mod plugins;
mod progress;
mod project;

fn main() -> std::process::ExitCode {
    commands::main().into()
}
