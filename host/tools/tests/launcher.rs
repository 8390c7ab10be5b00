//! A program that is nothing but the launcher: what `sdlc` is when it was started as one.

fn main() -> std::process::ExitCode {
    sdlc_tools::launcher::serve()
}
