//! `sdlc.toml`: from its text to validated [`settings::Settings`], or to all that is wrong with it at once.
//!
//! Three passes: [`document`] parses the text and remembers where everything stands, the schema of [`raw`] is held
//! against it (the same that `sdlc schema` prints), and [`settings`] makes sense of the values. [`lock`]
//! is `sdlc.lock`, [`baseline`] is `sdlc-baseline.json`, and [`edit`] changes the text of `sdlc.toml`. Of the host's crates only this one knows their
//! formats. Knows no plugin: a plugin validates its own settings.
#![forbid(unsafe_code)]

pub mod baseline;
pub mod document;
pub mod edit;
pub mod environment;
pub mod haproxy;
pub mod healer;
pub mod lock;
pub mod monitor;
pub mod notify;
pub mod plugin;
pub mod problem;
pub mod raw;
pub mod raw_environment;
pub mod raw_monitor;
pub mod raw_recover;
pub mod raw_scale;
pub mod recover;
pub mod scale;
pub mod settings;

mod validate;

pub use validate::problems_of_settings;

/// A plugin's settings from a file of their own, as the JSON that plugins get.
///
/// # Errors
/// Where the text is no TOML.
pub fn settings_as_json(text: &str) -> Result<String, toml::de::Error> {
    Ok(toml::from_str::<serde_json::Value>(text)?.to_string())
}
