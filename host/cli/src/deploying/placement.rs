//! Values of secrets: from the environment of this process to the engine, and to nowhere else.

use anyhow::{Result, bail};
use sdlc_docker::Placement;
use sdlc_model::service::Service;

/// The values, as far as they are set: what is there already has its own.
pub(crate) fn placement(service: &Service) -> Placement {
    let secrets = service.secrets.iter().filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)));
    Placement { secrets: secrets.collect(), missing: missing(service) }
}

/// For something new all of them have to be.
///
/// # Errors
/// Where one is not set: all of them, by name.
pub(crate) fn require(service: &Service) -> Result<()> {
    let missing = missing(service);
    if !missing.is_empty() {
        bail!(
            "{} not set in the environment of `sdlc`; hint: `secrets` of `sdlc.toml` names what replicas need",
            list(&missing)
        );
    }
    Ok(())
}

/// Names of secrets that have no value.
pub(crate) fn missing(service: &Service) -> Vec<String> {
    service.secrets.iter().filter(|name| std::env::var(name).is_err()).cloned().collect()
}

pub(crate) fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}
