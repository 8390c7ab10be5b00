//! From the words of a `grant` in `sdlc.toml` to what they mean on this machine.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, Result, anyhow};
use sdlc_config::settings::{self, Check};
use sdlc_grants::grant::Grant;
use sdlc_sandbox::limits::Limits;
use sdlc_tools::{
    grant::{Endpoint, Variable},
    host::Host,
    limits::Limits as ToolLimits,
    pattern::Pattern,
    tier::Tier,
};

use crate::toolchains;

pub(crate) const PROGRAM: Check = |text| check::<Pattern>(text);
pub(crate) const ENDPOINT: Check = |text| check::<Endpoint>(text);
pub(crate) const SERVE: Check = |text| match text.parse::<Endpoint>() {
    Ok(endpoint) if matches!(endpoint.host.as_str(), "127.0.0.1" | "::1" | "localhost") => Ok(()),
    Ok(_) => Err(format!("`{text}` is not of this machine; hint: such as `127.0.0.1:8080`")),
    Err(error) => Err(error.to_string()),
};
pub(crate) const VARIABLE: Check = |name| Variable::check_name(name).map_err(|error| error.to_string());
pub(crate) const CONFINEMENT: Check = |name| {
    let known = || Tier::ALL.map(|tier| format!("`{tier}`")).join(", ");
    Tier::from_name(name).map(drop).ok_or_else(|| format!("`{name}` is no confinement; hint: one of {}", known()))
};

fn check<T: FromStr<Err: ToString>>(text: &str) -> Result<(), String> {
    text.parse::<T>().map(drop).map_err(|error| error.to_string())
}

/// What a gate or a healer is granted: `prefix` is what stands before `grant` in the configuration. `database` is where
/// advisories are.
pub(crate) fn grant(
    root: &Path,
    database: &Path,
    prefix: String,
    granted: &settings::Grant,
    limits: &Limits,
) -> Result<Grant> {
    // What is written is decided when a cure was found to help, not by the plugin.
    let settings::Grant { read, write: _, run, connect, serve, loopback, env, advisories, min_confinement } = granted;
    let parsed = || format!("`{prefix}grant`");
    Ok(Grant {
        read: read.clone(),
        copy: false,
        run: run.iter().map(|text| text.parse()).collect::<Result<_, _>>().with_context(parsed)?,
        connect: connect.iter().map(|text| text.parse()).collect::<Result<_, _>>().with_context(parsed)?,
        serve: serve.iter().map(|text| text.parse()).collect::<Result<_, _>>().with_context(parsed)?,
        loopback: *loopback,
        environment: env.iter().map(|name| variable(&prefix, name)).collect::<Result<_>>()?,
        advisories: advisories.then(|| database.to_owned()),
        confinement: min_confinement.as_deref().and_then(Tier::from_name),
        limits: ToolLimits { time: limits.timeout, ..ToolLimits::default() },
        file_size: limits.file_size,
        host: host(root),
        prefix,
    })
}

fn variable(prefix: &str, name: &str) -> Result<Variable> {
    let value = std::env::var(name).map_err(|_| {
        anyhow!(
            "`{prefix}grant.env`: the environment has no variable `{name}`; hint: set it, or remove it from the grant"
        )
    })?;
    Ok(Variable::new(name, value)?)
}

/// What programs that are run find of this machine.
pub(crate) fn host(root: &Path) -> Host {
    let (path, toolchains) = toolchains::found();
    Host {
        launcher: PathBuf::from("/proc/self/exe"),
        workspace: root.to_owned(),
        toolchains,
        path,
        temporary: std::env::temp_dir(),
    }
}
