//! [`Plugin`]: a component, compiled and linked once, of known kinds, from which instances are made.

use sdlc_model::{outcome::PluginIdentity, rule::Rule};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use wasmtime::{
    Engine,
    component::{Component, InstancePre, Linker},
};

use crate::{
    call::CallError,
    convert,
    engine::{LoadError, Overrun},
    guest::Guest,
    kind::{self, Kind},
    limits::Limits,
    roles::Roles,
    state::State,
};

/// What a plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Kebab-case.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// One line.
    pub summary: String,
    /// Where people read more.
    pub homepage: Option<String>,
    /// JSON Schema of the settings.
    pub settings_schema: Option<String>,
}

/// A component that is ready to be instantiated.
#[derive(Clone)]
pub struct Plugin {
    pub(crate) engine: Engine,
    pub(crate) pre: InstancePre<State>,
    pub(crate) roles: Roles,
    pub(crate) overrun: Overrun,
    kinds: Vec<Kind>,
    digest: String,
}

impl Plugin {
    pub(crate) fn link(
        engine: &Engine,
        overrun: Overrun,
        linker: &Linker<State>,
        component: &Component,
        digest: String,
    ) -> Result<Self, LoadError> {
        let link = |error: wasmtime::Error| LoadError::Link(format!("{error:#}"));
        let ty = component.component_type();
        let exports: Vec<String> = ty.exports(engine).map(|(name, _)| name.to_owned()).collect();
        let imports: Vec<String> = ty.imports(engine).map(|(name, _)| name.to_owned()).collect();
        let kinds = kind::kinds(exports.iter().map(String::as_str), imports.iter().map(String::as_str))?;
        let pre = match linker.instantiate_pre(component) {
            Ok(pre) => pre,
            // What is left is WASI beyond what wasmtime offers: there, but a trap for whoever calls it.
            Err(_) => {
                let mut linker = linker.clone();
                linker.define_unknown_imports_as_traps(component).map_err(link)?;
                linker.instantiate_pre(component).map_err(link)?
            }
        };
        let roles = Roles::of(&pre, &kinds, kind::defers(exports.iter().map(String::as_str)))?;
        Ok(Self { engine: engine.clone(), pre, roles, overrun, kinds, digest })
    }

    /// What the plugin is good for.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Sha256 of the component, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Who the plugin says it is.
    ///
    /// # Errors
    /// Where the call fails.
    pub async fn describe(&self, limits: &Limits) -> Result<Info, CallError> {
        self.with_nothing(limits).await?.describe().await
    }

    /// What it says of its rules: those of these ids, or all where `ids` is empty.
    ///
    /// # Errors
    /// Where the call fails.
    pub async fn rules(&self, ids: &[String], limits: &Limits) -> Result<Vec<Rule>, CallError> {
        let rules = self.with_nothing(limits).await?.rules(ids).await?;
        Ok(rules.into_iter().map(convert::rule).collect())
    }

    /// Whether it takes these settings.
    ///
    /// # Errors
    /// What is wrong with them.
    pub async fn check_settings(&self, settings: &str, limits: &Limits) -> Result<(), CallError> {
        Guest::configured(self, settings, limits, None, CancellationToken::new()).await.map(drop)
    }

    async fn with_nothing(&self, limits: &Limits) -> Result<Guest, CallError> {
        Guest::new(self, limits, None, CancellationToken::new()).await
    }
}

impl Info {
    /// With the digest that tells which component said so.
    pub fn identity(&self, digest: &str) -> PluginIdentity {
        PluginIdentity { name: self.name.clone(), version: self.version.clone(), digest: digest.to_owned() }
    }
}
