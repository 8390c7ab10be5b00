//! [`Kept`]: what HAProxy does not know of what it serves: revision, versions, and what was counted before a share changed.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use sdlc_proxy::control::Table;
use serde::{Deserialize, Serialize};

use crate::{error::HaproxyError, stat::Count};

/// Written before HAProxy is told, so that what it serves is never more than this.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) table: Table,
    /// By name of a slot: when its share changed, in milliseconds since 1970.
    pub(crate) since: BTreeMap<String, u64>,
    /// By name of a server: what was counted then.
    pub(crate) counted: BTreeMap<String, Count>,
}

const FILE: &str = "haproxy.json";

impl Kept {
    /// Of before; nothing where there is none.
    pub(crate) fn load(directory: &Path) -> Result<Self, HaproxyError> {
        let path = directory.join(FILE);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| HaproxyError::File { path, error: io::Error::new(io::ErrorKind::InvalidData, error) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(HaproxyError::File { path, error }),
        }
    }

    /// When this returns, it is there even if the machine fails.
    pub(crate) fn save(&self, directory: &Path) -> Result<(), HaproxyError> {
        let write = || {
            let mut file = tempfile::NamedTempFile::with_prefix_in("haproxy.", directory)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.as_file().sync_all()?;
            file.persist(directory.join(FILE))?;
            File::open(directory)?.sync_all()
        };
        write().map_err(|error| HaproxyError::File { path: directory.join(FILE), error })
    }
}
