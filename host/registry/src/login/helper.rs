//! [`get`]: asks a credential helper, as `docker-credential-pass` is one, for a login.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

use super::docker::Login;
use crate::{
    error::{RegistryError, Result},
    options::Options,
};

/// It may ask the user for a password.
const TIMEOUT: Duration = Duration::from_secs(60);
const OUTPUT_BYTES: u64 = 64 << 10;
/// What helpers say when there is no login, on standard output and with a status that is not zero.
const NONE: &str = "credentials not found";
/// The name of the user who is none: the secret is a token.
const TOKEN: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// The login that a helper has for a registry, if it has one. The helper has our environment: it is the user's, named
/// in the user's configuration, and finds its store by it.
pub(super) async fn get(options: &Options, helper: &str, registry: &str) -> Result<Option<Login>> {
    let name = format!("docker-credential-{helper}");
    let failed = |why: &str| {
        RegistryError::Denied(format!("`{name}` gave no login for `{registry}`: {why}; hint: docker login {registry}"))
    };
    let program = search(options, helper, &name).ok_or_else(|| failed("it is not installed"))?;
    let limit = TIMEOUT.min(options.total_timeout);
    let run = tokio::time::timeout(limit, run(&program, registry)).await;
    let (ok, output) = run.map_err(|_| failed("it took too long"))?.map_err(|error| failed(&error.to_string()))?;
    if !ok && output.contains(NONE) {
        return Ok(None);
    }
    if !ok {
        return Err(failed(output.lines().next().unwrap_or("it failed")));
    }
    let Answer { username, secret } = serde_json::from_str(&output).map_err(|_| failed("its answer makes no sense"))?;
    Ok(Some(match username.as_str() {
        TOKEN => Login::Identity(secret),
        _ => Login::Password { user: username, password: secret },
    }))
}

/// Like `execvp`, except that it never takes a program from the working directory.
fn search(options: &Options, helper: &str, name: &str) -> Option<PathBuf> {
    let plain = helper.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let path = options.path.as_ref().filter(|_| plain)?;
    let directories = std::env::split_paths(path).filter(|directory| directory.is_absolute());
    directories.map(|directory| directory.join(name)).find(|program| program.is_file())
}

async fn run(program: &Path, registry: &str) -> io::Result<(bool, String)> {
    let mut command = Command::new(program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (input, output) = (ask(&mut child, registry), answer(&mut child));
    let (input, output) = (input.await, output.await?);
    let status = child.wait().await?;
    // A helper that does not read its input closes it; what it says then counts.
    input.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })?;
    Ok((status.success(), output))
}

fn ask(child: &mut Child, registry: &str) -> impl Future<Output = io::Result<()>> + use<> {
    let (input, line) = (child.stdin.take(), format!("{registry}\n"));
    async move {
        match input {
            Some(mut input) => input.write_all(line.as_bytes()).await,
            None => Ok(()),
        }
    }
}

fn answer(child: &mut Child) -> impl Future<Output = io::Result<String>> + use<> {
    let output = child.stdout.take();
    async move {
        let mut text = String::new();
        if let Some(output) = output {
            output.take(OUTPUT_BYTES).read_to_string(&mut text).await?;
        }
        Ok(text)
    }
}
