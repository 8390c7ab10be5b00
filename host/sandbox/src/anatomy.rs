//! [`Anatomy`]: what a component is and the most it could do, read off its imports and exports. Nothing of it is
//! compiled or run.

use wasmparser::{ComponentExternalKind, Parser, Payload};

use crate::{
    compile::{Caps, CompileError, measure},
    engine::LoadError,
    kind::{self, CONTRACT, ContractError, Kind},
};

/// What a component is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
    /// What it is good for.
    pub kinds: Vec<Kind>,
    /// Names of what it imports, sorted.
    pub imports: Vec<String>,
    /// Names of what it exports, sorted.
    pub exports: Vec<String>,
    /// Version of the contract that it was built for.
    pub contract: String,
}

/// Something that a plugin may be able to do, if it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// Read files of the workspace, or when they were written.
    ReadFiles,
    /// Run programs.
    RunPrograms,
    /// Start services.
    StartServices,
    /// Have the host put load on a service.
    PutLoad,
    /// Look advisories up, in the database of this machine.
    FindAdvisories,
}

impl Ability {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::ReadFiles, Self::RunPrograms, Self::StartServices, Self::PutLoad, Self::FindAdvisories];

    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ReadFiles => "read files",
            Self::RunPrograms => "run programs",
            Self::StartServices => "start services",
            Self::PutLoad => "reach the network",
            Self::FindAdvisories => "look up advisories",
        }
    }

    fn interfaces(self) -> &'static [&'static str] {
        match self {
            Self::ReadFiles => &["sdlc:plugin/workspace", "sdlc:plugin/workspace-times"],
            Self::RunPrograms => &["sdlc:plugin/tools"],
            Self::StartServices => &["sdlc:plugin/services"],
            Self::PutLoad => &["sdlc:plugin/load"],
            Self::FindAdvisories => &["sdlc:plugin/advisories"],
        }
    }
}

impl Anatomy {
    /// Reads a component.
    ///
    /// # Errors
    /// Where it is none, or no plugin of this host.
    pub fn of(bytes: &[u8]) -> Result<Self, LoadError> {
        measure(bytes, &Caps::default())?;
        let malformed = |error: wasmparser::BinaryReaderError| CompileError::Malformed(error.to_string());
        let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0u32);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(malformed)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        imports.push(import.map_err(malformed)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        let export = export.map_err(malformed)?;
                        if export.kind == ComponentExternalKind::Instance {
                            exports.push(export.name.name.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        imports.sort();
        exports.sort();
        let kinds = kind::kinds(exports.iter().map(String::as_str), imports.iter().map(String::as_str))
            .map_err(|error: ContractError| LoadError::Contract(error))?;
        let contract = exports.iter().find_map(|name| name.strip_prefix("sdlc:plugin/plugin@"));
        let contract = contract.unwrap_or(CONTRACT).to_owned();
        Ok(Self { kinds, imports, exports, contract })
    }

    /// Whether it could do this, were it granted.
    pub fn could(&self, ability: Ability) -> bool {
        self.imports.iter().any(|import| {
            let interface = import.split_once('@').map_or(import.as_str(), |(interface, _)| interface);
            ability.interfaces().contains(&interface)
        })
    }
}
