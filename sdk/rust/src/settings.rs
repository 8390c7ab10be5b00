//! From the JSON that the host hands over to a plugin's typed settings.

use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};

use crate::Problem;

/// For a plugin without settings: any key is an error.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

/// Reads settings; a problem names the key by its dotted path.
pub(crate) fn parse<S: DeserializeOwned>(json: &str) -> Result<S, Vec<Problem>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let key = match error.path().to_string() {
            root if root == "." => String::new(),
            path => path,
        };
        // serde_json's own position speaks of JSON that the user never wrote.
        let message = error.inner().to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        vec![Problem { key, message }]
    })
}

/// JSON Schema of a plugin's settings.
pub(crate) fn schema<S: JsonSchema>() -> String {
    schemars::schema_for!(S).to_value().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Nested {
        #[expect(dead_code, reason = "only its type matters here")]
        rules: Rules,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Rules {
        #[expect(dead_code, reason = "only its type matters here")]
        limit: u32,
    }

    #[test]
    fn a_wrong_type_names_the_dotted_key() {
        let problems = parse::<Nested>(r#"{"rules": {"limit": "ten"}}"#).unwrap_err();
        assert_eq!(problems[0].key, "rules.limit");
        assert_eq!(problems[0].message, r#"invalid type: string "ten", expected u32"#);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let problems = parse::<NoSettings>(r#"{"speed": 1}"#).unwrap_err();
        assert_eq!(problems[0].key, "speed");
        assert!(problems[0].message.starts_with("unknown field `speed`"), "{}", problems[0].message);
    }
}
