//! A healer that proposes whatever its settings say, good or bad.

use std::collections::BTreeMap;

use sdlc_sdk::{Action, Error, FileContent, Healer, Info, Patient, Plugin, Problem, Treatment};

#[derive(Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Contents by path, each a treatment.
    write: BTreeMap<String, String>,
    /// Paths, each a treatment.
    delete: Vec<String>,
    /// Fails with this instead.
    fail: Option<String>,
    /// Never ends.
    hang: bool,
}

struct Quack(Settings);

impl Plugin for Quack {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("quack", env!("CARGO_PKG_VERSION"), "proposes whatever it is told to")
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        Ok(Self(settings))
    }
}

impl Healer for Quack {
    fn heal(&self, patient: Patient) -> Result<Vec<Treatment>, Error> {
        let Patient::Findings(findings) = patient else { return Ok(Vec::new()) };
        if self.0.hang {
            let mut rounds = 0_u64;
            while std::hint::black_box(rounds) < u64::MAX {
                rounds += 1;
            }
        }
        if let Some(message) = &self.0.fail {
            return Err(Error::Other(format!("{message}; {} findings", findings.len())));
        }
        let write = |(path, text): (&String, &String)| Treatment {
            summary: format!("write {path}"),
            actions: vec![Action::Write(FileContent { path: path.clone(), content: text.clone().into_bytes() })],
        };
        let delete = |path: &String| Treatment {
            summary: format!("delete {path}"),
            actions: vec![Action::Delete(path.clone())],
        };
        Ok(self.0.write.iter().map(write).chain(self.0.delete.iter().map(delete)).collect())
    }
}

sdlc_sdk::export!(Quack: healer);
