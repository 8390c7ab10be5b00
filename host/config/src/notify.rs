//! [`Notify`]: who is told when a deployment fails.

use crate::{raw_environment::RawNotify, settings::Reading};

/// A web hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// Where its address is.
    pub address: Address,
    /// How it is told.
    pub format: NotifyFormat,
}

/// Where the address of a web hook is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Here.
    Url(String),
    /// In the variable of that name.
    Variable(String),
}

/// How a web hook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotifyFormat {
    /// A document of ours.
    Json,
    /// A message of Slack.
    Slack,
}

impl Reading<'_> {
    pub(crate) fn notify(&mut self, path: &str, raw: RawNotify) -> Option<Notify> {
        let address = match (raw.url, raw.url_from) {
            (Some(url), None) => {
                self.value(&format!("{path}.url"), (self.vocabulary.url)(&url))?;
                Address::Url(url)
            }
            (None, Some(name)) => {
                self.value(&format!("{path}.url-from"), (self.vocabulary.variable)(&name))?;
                Address::Variable(name)
            }
            _ => {
                let hint = "hint: `url = \"https://...\"`, or `url-from = \"NAME\"` of a variable that has it";
                self.wrong(path, format!("a web hook has one address; {hint}"));
                return None;
            }
        };
        let format = match raw.format.as_deref() {
            None | Some("json") => NotifyFormat::Json,
            Some("slack") => NotifyFormat::Slack,
            Some(other) => {
                self.wrong(&format!("{path}.format"), format!("`{other}` is no format; hint: `json` or `slack`"));
                return None;
            }
        };
        Some(Notify { address, format })
    }
}
