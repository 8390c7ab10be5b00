//! [`find`]: the login for a registry, from where `docker login` puts it. Does not write there.

use std::{collections::HashMap, fmt, fs, io, path::Path};

use base64::{Engine, alphabet, engine::GeneralPurpose, engine::general_purpose::GeneralPurposeConfig};
use serde::Deserialize;

use super::helper;
use crate::{
    error::{RegistryError, Result},
    options::Options,
};

/// Docker pads its base64, other programs do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// A login.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// A name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// What a server of tokens gave for a password, before.
    Identity(String),
}

/// Not what is secret in it.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Login {
    /// The value of the header `Authorization`, where that is all that is needed.
    pub(crate) fn basic(&self) -> Option<String> {
        match self {
            Self::Password { user, password } => Some(format!("Basic {}", BASE64.encode(format!("{user}:{password}")))),
            Self::Identity(_) => None,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Config {
    auths: HashMap<String, Auth>,
    cred_helpers: HashMap<String, String>,
    creds_store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    auth: String,
    identitytoken: String,
    username: String,
    password: String,
}

/// The login for a registry, if there is one: from the helper for it, from the store of all, from the file itself.
pub(crate) async fn find(options: &Options, registry: &str) -> Result<Option<Login>> {
    let Some(path) = &options.docker_config else { return Ok(None) };
    let config = read(path)?;
    let helper = config.cred_helpers.iter().find(|(key, _)| host(key) == registry).map(|(_, helper)| helper);
    let helper = helper.or(config.creds_store.as_ref()).filter(|helper| !helper.is_empty());
    if let Some(helper) = helper
        && let Some(login) = helper::get(options, helper, registry).await?
    {
        return Ok(Some(login));
    }
    match config.auths.iter().find(|(key, _)| host(key) == registry) {
        Some((_, auth)) => auth.login().map_err(|why| wrong(path, &format!("the login for `{registry}` {why}"))),
        None => Ok(None),
    }
}

/// Some clients write keys as addresses: `https://registry.example/v1/`.
fn host(key: &str) -> &str {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    rest.split_once('/').map_or(rest, |(host, _)| host)
}

fn read(path: &Path) -> Result<Config> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => return Err(wrong(path, &error.to_string())),
    };
    // The message of the parser could quote a password.
    serde_json::from_str(&text).map_err(|error| {
        wrong(path, &format!("it is no JSON as Docker writes it, at line {} column {}", error.line(), error.column()))
    })
}

fn wrong(path: &Path, why: &str) -> RegistryError {
    RegistryError::Usage(format!("`{}` cannot be used: {why}; hint: log in again with `docker login`", path.display()))
}

impl Auth {
    fn login(&self) -> Result<Option<Login>, &'static str> {
        if !self.identitytoken.is_empty() {
            return Ok(Some(Login::Identity(self.identitytoken.clone())));
        }
        if self.auth.is_empty() {
            let login = Login::Password { user: self.username.clone(), password: self.password.clone() };
            return Ok((!self.username.is_empty()).then_some(login));
        }
        let text = BASE64.decode(&self.auth).map_err(|_| "is no base64")?;
        let text = String::from_utf8(text).map_err(|_| "is no text")?;
        let (user, password) = text.split_once(':').ok_or("has no password")?;
        // Docker once padded with zeroes.
        let password = password.trim_end_matches('\0');
        Ok(Some(Login::Password { user: user.to_owned(), password: password.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(text: &str, registry: &str) -> Result<Option<Login>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let options = Options { docker_config: Some(file.path().to_owned()), ..Options::default() };
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(find(&options, registry))
    }

    fn password(user: &str, password: &str) -> Option<Login> {
        Some(Login::Password { user: user.into(), password: password.into() })
    }

    #[test]
    fn a_login_is_found_however_its_key_is_written() {
        for key in ["registry.example:5000", "https://registry.example:5000", "http://registry.example:5000/v1/"] {
            let text = format!(r#"{{"auths":{{"{key}":{{"auth":"dXNlcjpwYTpzcw=="}}}}}}"#);
            assert!(login(&text, "registry.example:5000").unwrap() == password("user", "pa:ss"));
            assert!(login(&text, "registry.example").unwrap().is_none());
        }
    }

    #[test]
    fn a_login_is_a_token_or_a_password_in_either_form() {
        for (auth, expected) in [
            (r#"{"auth":"dXNlcjpwYTpzcw"}"#, password("user", "pa:ss")),
            (r#"{"username":"user","password":"pass"}"#, password("user", "pass")),
            (r#"{"identitytoken":"x","auth":"dXNlcjpwYTpzcw=="}"#, Some(Login::Identity("x".into()))),
            ("{}", None),
        ] {
            assert!(
                login(&format!(r#"{{"auths":{{"r.example":{auth}}}}}"#), "r.example").unwrap() == expected,
                "{auth}"
            );
        }
    }

    #[test]
    fn a_file_that_makes_no_sense_is_named_and_not_quoted() {
        for text in ["secret", r#"{"auths":{"r.example":{"auth":"secret!"}}}"#, r#"{"auths":{"r.example":"secret"}}"#] {
            let error = login(text, "r.example").unwrap_err().to_string();
            assert!(error.contains("hint: log in again") && !error.contains("secret"), "{error}");
        }
    }
}
