//! `sdlc-plugin.toml`, which lies at the root of a plugin's project.
//!
//! The main type is [`Manifest`]; it is read from text and says nothing of where that text came from.

use std::{fmt, path::PathBuf};

use sdlc_sandbox::kind::Kind;
use serde::Deserialize;

/// Name of the file.
pub const FILE_NAME: &str = "sdlc-plugin.toml";

/// What is to be built, and how.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "RawManifest")]
pub struct Manifest {
    /// Kebab-case; the component is called after it.
    pub name: String,
    /// Language of the sources.
    pub lang: Language,
    /// What the plugin is, and so how its cases are run.
    pub kind: Kind,
    /// The world of `wit/` that it is built for: that of its kind, unless it exports several.
    pub world: String,
    /// Where the toolchain starts, relative to the project; each language has its usual place.
    pub entry: Option<PathBuf>,
    /// The SDK, relative to the project: `sdk`, unless the project shares one with others.
    pub sdk: PathBuf,
    /// The contract, relative to the project: `wit`, unless the project shares one with others.
    pub wit: PathBuf,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        toml::from_str(text).map_err(|error| ManifestError(error.to_string().trim_end().to_owned()))
    }

    /// File name of the component.
    pub fn component(&self) -> String {
        format!("{}.wasm", self.name)
    }

    /// Where the toolchain starts: as written, or the language's usual place.
    pub(crate) fn entry_or(&self, usual: &str) -> PathBuf {
        self.entry.clone().unwrap_or_else(|| PathBuf::from(usual))
    }
}

/// A manifest that makes no sense, with the place where it does not.
#[derive(Debug, thiserror::Error)]
#[error("`{FILE_NAME}` makes no sense\n{0}")]
pub struct ManifestError(String);

/// Languages that have an SDK.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Built by cargo.
    Rust,
    /// Built by componentize-py.
    Python,
    /// Built by esbuild and componentize-qjs.
    Js,
    /// The same, from TypeScript.
    Ts,
    /// Built by Go itself.
    Go,
    /// Built by zig or clang.
    C,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Rust, Self::Python, Self::Js, Self::Ts, Self::Go, Self::C];

    /// As written in a manifest and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Js => "js",
            Self::Ts => "ts",
            Self::Go => "go",
            Self::C => "c",
        }
    }

    /// Folder of its SDK below `sdk/`: TypeScript shares that of JavaScript.
    pub fn sdk(self) -> &'static str {
        match self {
            Self::Ts => Self::Js.name(),
            other => other.name(),
        }
    }

    /// Folder of its templates, one a kind and `shared`, below that of its SDK.
    pub fn templates(self) -> &'static str {
        match self {
            Self::Ts => "templates-ts",
            _ => "templates",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A manifest as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    name: String,
    lang: Language,
    kind: Kind,
    world: Option<String>,
    entry: Option<PathBuf>,
    #[serde(default = "usual_sdk")]
    sdk: PathBuf,
    #[serde(default = "usual_wit")]
    wit: PathBuf,
}

fn usual_sdk() -> PathBuf {
    PathBuf::from("sdk")
}

fn usual_wit() -> PathBuf {
    PathBuf::from("wit")
}

impl TryFrom<RawManifest> for Manifest {
    type Error = String;

    fn try_from(raw: RawManifest) -> Result<Self, String> {
        if !is_kebab_case(&raw.name) {
            return Err(format!("name `{}` is not in kebab-case, such as `todo-owner`", raw.name));
        }
        if let Some(entry) = &raw.entry
            && !entry.components().all(|part| matches!(part, std::path::Component::Normal(_)))
        {
            return Err(format!("entry `{}` leads out of the project", entry.display()));
        }
        let RawManifest { name, lang, kind, world, entry, sdk, wit } = raw;
        let world = world.unwrap_or_else(|| kind.world());
        Ok(Self { name, lang, kind, world, entry, sdk, wit })
    }
}

/// Words of lower-case letters and digits, joined by single `-`; the first begins with a letter. Every
/// language takes such a name for a package, at most with `_` for `-`.
pub fn is_kebab_case(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_that_of_the_kind_unless_written() {
        let text = "name = \"a-b2\"\nlang = \"python\"\nkind = \"file-gate\"\n";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.world, "file-gate-plugin");
        assert_eq!(manifest.component(), "a-b2.wasm");
        assert_eq!(manifest.entry_or("app.py"), PathBuf::from("app.py"));
        assert_eq!((manifest.sdk, manifest.wit), (PathBuf::from("sdk"), PathBuf::from("wit")));
        assert_eq!(Manifest::parse(&format!("{text}world = \"other\"\n")).unwrap().world, "other");
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let cases = [
            ("name = \"A\"\nlang = \"go\"\nkind = \"healer\"", "name `A` is not in kebab-case"),
            ("name = \"a\"\nlang = \"perl\"\nkind = \"healer\"", "unknown variant `perl`"),
            ("name = \"a\"\nlang = \"go\"\nkind = \"gate\"", "unknown variant `gate`"),
            ("name = \"a\"\nlang = \"go\"\nkind = \"healer\"\nentry = \"../x\"", "entry `../x` leads out"),
            ("name = \"a\"\nlang = \"go\"\nkind = \"healer\"\nspeed = 1", "unknown field `speed`"),
        ];
        for (text, expected) in cases {
            let message = Manifest::parse(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}\n{message}");
        }
    }

    #[test]
    fn names_that_any_language_takes() {
        for name in ["a", "todo-owner", "a2-b"] {
            assert!(is_kebab_case(name), "{name}");
        }
        for name in ["", "-", "a-", "-a", "a--b", "2a", "A", "a_b", "a b", "ä", "../a"] {
            assert!(!is_kebab_case(name), "{name}");
        }
    }

    #[test]
    fn names_are_those_that_manifests_use() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                let text = format!("name = \"a\"\nlang = \"{language}\"\nkind = \"{kind}\"");
                let manifest = Manifest::parse(&text).unwrap();
                assert_eq!((manifest.lang, manifest.kind), (language, kind));
            }
        }
    }
}
