//! [`Plugin`]: a component, compiled and linked once, of known kinds, from which instances are made.

use sdlc_model::{outcome::PluginIdentity, rule::Rule};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use wasmtime::{
    Engine,
    component::{Component, InstancePre, Linker},
};

use crate::{
    bindings::file_gate::{FileGatePlugin, FileGatePluginPre},
    call::{CallError, Session},
    convert,
    engine::LoadError,
    kind::{self, Kind},
    limits::Limits,
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
    engine: Engine,
    pre: InstancePre<State>,
    kinds: Vec<Kind>,
    digest: String,
}

impl Plugin {
    pub(crate) fn link(
        engine: &Engine,
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
        Ok(Self { engine: engine.clone(), pre, kinds, digest })
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
        let (mut session, plugin) = self.instantiate(limits, CancellationToken::new()).await?;
        let info = session.call(async |store| plugin.sdlc_plugin_plugin().call_describe(store).await).await?;
        Ok(Info {
            name: info.name,
            version: info.version,
            summary: info.summary,
            homepage: info.homepage,
            settings_schema: info.settings_schema,
        })
    }

    /// What it says of its rules: those of these ids, or all where `ids` is empty.
    ///
    /// # Errors
    /// Where the call fails.
    pub async fn rules(&self, ids: &[String], limits: &Limits) -> Result<Vec<Rule>, CallError> {
        let (mut session, plugin) = self.instantiate(limits, CancellationToken::new()).await?;
        let rules = session.call(async |store| plugin.sdlc_plugin_plugin().call_rules(store, ids).await).await?;
        Ok(rules.into_iter().map(convert::rule).collect())
    }

    pub(crate) async fn instantiate(
        &self,
        limits: &Limits,
        cancelled: CancellationToken,
    ) -> Result<(Session, FileGatePlugin), CallError> {
        let pre = FileGatePluginPre::new(self.pre.clone())
            .map_err(|error| CallError::Invalid(format!("is no `file-gate`: {error:#}")))?;
        let mut session = Session::new(&self.engine, limits, cancelled);
        let instance = session.call(async |store| pre.instantiate_async(store).await).await?;
        Ok((session, instance))
    }
}

impl Info {
    /// With the digest that tells which component said so.
    pub fn identity(&self, digest: &str) -> PluginIdentity {
        PluginIdentity { name: self.name.clone(), version: self.version.clone(), digest: digest.to_owned() }
    }
}
