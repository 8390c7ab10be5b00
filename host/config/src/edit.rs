//! Changes to the text of `sdlc.toml` that leave its comments and its order as they are.

use toml_edit::{DocumentMut, InlineTable, Item, Table, Value, value};

use crate::plugin::PluginSource;

/// Why the text was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error("`sdlc.toml` makes no sense: {0}; hint: `sdlc config check` shows where")]
    Syntax(String),
    /// A gate of that name is there.
    #[error(
        "gate `{0}` is there already; hint: `sdlc plugin update` takes a newer version, `--name` gives another name"
    )]
    Exists(String),
    /// No gate of that name is there.
    #[error("no gate is called `{0}`")]
    Absent(String),
}

fn document(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|error: toml_edit::TomlError| EditError::Syntax(error.message().to_owned()))
}

/// What uses a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// A gate.
    Gate,
    /// A healer.
    Healer,
}

impl User {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Healer => "healer",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Gate => "gates",
            Self::Healer => "healers",
        }
    }
}

/// The text with a gate or a healer more.
///
/// # Errors
/// Where one of that name is there, or the text makes no sense.
pub fn add(text: &str, user: User, name: &str, source: &PluginSource, key: Option<&str>) -> Result<String, EditError> {
    let mut document = document(text)?;
    let gates = document.entry(user.table()).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let gates =
        gates.as_table_like_mut().ok_or_else(|| EditError::Syntax(format!("`{}` is no table", user.table())))?;
    if gates.contains_key(name) {
        return Err(EditError::Exists(name.to_owned()));
    }
    let mut gate = Table::new();
    gate.insert("plugin", plugin(source, key));
    gates.insert(name, Item::Table(gate));
    Ok(document.to_string())
}

fn plugin(source: &PluginSource, trust: Option<&str>) -> Item {
    let mut table = InlineTable::new();
    match source {
        PluginSource::Builtin(_) => return value(source.to_string()),
        PluginSource::Path(path) => table.insert("path", path.display().to_string().into()),
        PluginSource::Url(url) => table.insert("url", url.as_str().into()),
        PluginSource::Oci(reference) => table.insert("oci", reference.as_str().into()),
    };
    if let Some(key) = trust {
        let mut trust = InlineTable::new();
        trust.insert("key", key.into());
        table.insert("trust", Value::InlineTable(trust));
    }
    Item::Value(Value::InlineTable(table))
}

/// The text with another reference for the plugin of a gate or a healer, such as one of a newer version.
///
/// # Errors
/// Where there is no such gate, or the text makes no sense.
pub fn set_reference(text: &str, name: &str, reference: &str) -> Result<String, EditError> {
    let mut document = document(text)?;
    let kind =
        ["gates", "healers"].into_iter().find(|kind| document.get(kind).is_some_and(|of| of.get(name).is_some()));
    let user = kind.and_then(|kind| document.get_mut(kind)).and_then(|users| users.get_mut(name));
    let plugin = user.and_then(|user| user.get_mut("plugin")).and_then(|plugin| plugin.get_mut("oci"));
    let old = plugin.and_then(Item::as_value_mut).ok_or_else(|| EditError::Absent(name.to_owned()))?;
    let decor = old.decor().clone();
    *old = reference.into();
    *old.decor_mut() = decor;
    Ok(document.to_string())
}

/// The text without a gate or a healer.
///
/// # Errors
/// Where there is none of that name, or the text makes no sense.
pub fn remove_gate(text: &str, name: &str) -> Result<String, EditError> {
    let mut document = document(text)?;
    let kind = if document.get("gates").is_some_and(|gates| gates.get(name).is_some()) { "gates" } else { "healers" };
    let users = document.get_mut(kind).and_then(Item::as_table_like_mut);
    users.and_then(|users| users.remove(name)).ok_or_else(|| EditError::Absent(name.to_owned()))?;
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# kept\n[gates.a] # kept too\nplugin = { oci = \"r/a:1\" } # and this\n\n[overall]\n";

    #[test]
    fn comments_and_order_stay() {
        let source = PluginSource::Oci("r/b:1".to_owned());
        let added = add(TEXT, User::Gate, "b", &source, Some("key.pub")).unwrap();
        assert!(added.starts_with(TEXT.split("\n[overall]").next().unwrap()), "{added}");
        assert!(added.contains("[gates.b]\nplugin = { oci = \"r/b:1\", trust = { key = \"key.pub\" } }\n"), "{added}");
        assert_eq!(remove_gate(&added, "b").unwrap(), TEXT);
        assert_eq!(set_reference(TEXT, "a", "r/a:2").unwrap(), TEXT.replace("r/a:1", "r/a:2"));
    }

    #[test]
    fn what_is_there_is_not_overwritten_and_what_is_not_there_not_removed() {
        assert!(
            add(TEXT, User::Gate, "a", &PluginSource::Path("x".into()), None)
                .unwrap_err()
                .to_string()
                .contains("`a` is there")
        );
        assert_eq!(remove_gate(TEXT, "b").unwrap_err().to_string(), "no gate is called `b`");
        assert!(add("[", User::Gate, "a", &PluginSource::Path("x".into()), None).is_err());
    }

    #[test]
    fn a_file_without_gates_gets_its_first() {
        let added = add("", User::Gate, "a", &PluginSource::Path("g/x.wasm".into()), None).unwrap();
        assert_eq!(added, "[gates.a]\nplugin = { path = \"g/x.wasm\" }\n");
    }
}
