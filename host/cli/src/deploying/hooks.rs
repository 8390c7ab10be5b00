//! Commands that have to succeed before a deployment, such as backups. They are the project's own scripts, so they run
//! with all that the user may do.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use super::site::Site;
use crate::console::Console;

/// Runs them one after the other, and says whether all succeeded. What they print goes to standard error.
pub(crate) fn before(site: &Site<'_>, version: &str, console: Console) -> Result<bool> {
    for command in &site.environment.before {
        console.note(&format!("before: {command}"));
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(&site.project.root);
        shell.env("SDLC_ENVIRONMENT", &site.environment.name).env("SDLC_VERSION", version);
        let mut child =
            shell.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("`/bin/sh` cannot be started")?;
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                console.note(&format!("  {}", String::from_utf8_lossy(&line?)));
            }
        }
        let status = child.wait()?;
        if !status.success() {
            let hint = format!("hint: it is in `before` of `{}`", site.environment.name);
            console.error(&format!("`{command}` failed ({status}): nothing was deployed; {hint}"));
            return Ok(false);
        }
    }
    Ok(true)
}
