//! Go's import paths: what `go.mod` says is the name of its directory.

use crate::settings::Rename;

/// From the module's import path to its directory; none where the file names no module.
pub(crate) fn rename(path: &str, go_mod: &[u8]) -> Option<Rename> {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let text = std::str::from_utf8(go_mod).ok()?;
    let name = text.lines().find_map(|line| line.trim_start().strip_prefix("module")?.strip_prefix([' ', '\t']))?;
    let name = name.split("//").next()?.trim().trim_matches(['"', '`']);
    (!name.is_empty()).then(|| Rename { from: name.to_owned(), to: directory.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_named_by_a_line_of_its_own() {
        let rename = rename("services/a/go.mod", b"// about modules\nmodule \"example.com/a\" // ours\n").unwrap();
        assert_eq!((rename.from.as_str(), rename.to.as_str()), ("example.com/a", "services/a"));
        assert!(super::rename("go.mod", b"modules x\n").is_none());
    }
}
