//! [`PluginRef`]: where a plugin comes from, and whose signature it has to bear.

use std::{fmt, path::PathBuf};

use crate::{
    problem::nearest,
    raw::{RawPlugin, RawPluginTable},
    settings::Reading,
};

const BUILTIN: &str = "builtin:";

/// Where a plugin comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginSource {
    /// Part of `sdlc`.
    Builtin(String),
    /// A file, relative to the directory of `sdlc.toml`.
    Path(PathBuf),
    /// A file that is downloaded.
    Url(String),
    /// A reference in an OCI registry.
    Oci(String),
}

/// As in `sdlc.lock`.
impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin(name) => write!(f, "{BUILTIN}{name}"),
            Self::Path(path) => write!(f, "path:{}", path.display()),
            Self::Url(url) => write!(f, "url:{url}"),
            Self::Oci(reference) => write!(f, "oci:{reference}"),
        }
    }
}

/// A plugin as `sdlc.toml` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginRef {
    /// Where it comes from.
    pub source: PluginSource,
    /// Public key whose signature it has to bear, relative to the directory of `sdlc.toml`.
    pub trust: Option<PathBuf>,
}

pub(crate) fn plugin(reading: &mut Reading<'_>, path: &str, raw: RawPlugin) -> PluginRef {
    match raw {
        RawPlugin::Table(table) => table_of(reading, path, table),
        RawPlugin::Name(name) => PluginRef { source: builtin(reading, path, &name), trust: None },
    }
}

fn table_of(reading: &mut Reading<'_>, path: &str, table: RawPluginTable) -> PluginRef {
    let RawPluginTable { path: file, url, oci, trust } = table;
    if let Some(url) = &url {
        reading.value(&format!("{path}.url"), (reading.vocabulary.url)(url));
    }
    if let Some(reference) = &oci {
        reading.value(&format!("{path}.oci"), (reading.vocabulary.reference)(reference));
    }
    let places = [
        ("path", file.map(|file| PluginSource::Path(file.into()))),
        ("url", url.map(PluginSource::Url)),
        ("oci", oci.map(PluginSource::Oci)),
    ];
    let mut places: Vec<_> = places.into_iter().filter_map(|(key, source)| Some((key, source?))).collect();
    if places.is_empty() {
        reading.wrong(path, format!("`{path}` lacks one of the keys `path`, `url` and `oci`"));
    } else if places.len() > 1 {
        let keys = places.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
        reading.wrong(path, format!("`{path}` has {keys}, but a plugin is from one place"));
    }
    let source = places.pop().map_or_else(|| PluginSource::Builtin(String::new()), |(_, source)| source);
    PluginRef { source, trust: trust.map(|trust| trust.key.into()) }
}

fn builtin(reading: &mut Reading<'_>, path: &str, name: &str) -> PluginSource {
    let Some(name) = name.strip_prefix(BUILTIN) else {
        let hint = "hint: write `builtin:NAME`, or `{ path = \"gate.wasm\" }`";
        reading.wrong(path, format!("`{name}` does not say where the plugin is; {hint}"));
        return PluginSource::Builtin(name.to_owned());
    };
    let builtins = reading.vocabulary.builtins;
    if !builtins.contains(&name) {
        let known = || builtins.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint = nearest(name, builtins.iter().copied())
            .map_or_else(|| format!("there are {}", known()), |near| format!("did you mean `builtin:{near}`?"));
        reading.wrong(path, format!("no built-in plugin is called `{name}`; hint: {hint}"));
    }
    PluginSource::Builtin(name.to_owned())
}
