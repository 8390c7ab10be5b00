//! Whether a pin can be raised by writing another version, and how that version is written.

use lock_files::lock::Format;

/// Why a pin cannot be raised by an edit.
pub(crate) type Reason = String;

/// How a version is written in place of the one of a pin.
///
/// # Errors
/// Why an edit would not be sound. `sums` is the content of `go.sum`, where there is one.
pub(crate) fn written(
    format: Format,
    text: &str,
    name: &str,
    range: &std::ops::Range<usize>,
    version: &str,
    sums: Option<&str>,
) -> Result<String, Reason> {
    match format {
        Format::Requirements => requirement(text, range, version),
        Format::Go => module(name, version, sums),
        _ => Err("its lock file has digests, which only its own tool can compute; hint: the healer `tool`".to_owned()),
    }
}

fn requirement(text: &str, range: &std::ops::Range<usize>, version: &str) -> Result<String, Reason> {
    // A hash in any line makes pip ask for hashes of all.
    if text.contains("--hash") {
        return Err("the file pins hashes, which only `pip-compile` and the like can compute".to_owned());
    }
    let line_start = text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = text.get(line_start..range.start).unwrap_or_default();
    let specifiers = before.trim_start_matches(|char: char| !matches!(char, '=' | '<' | '>' | '~' | '!'));
    let after = text.get(range.end..).unwrap_or_default().trim_start_matches([' ', '\t', ')']);
    if !matches!(specifiers.trim(), "==" | "===") || after.starts_with(',') {
        return Err("it has other conditions besides".to_owned());
    }
    Ok(version.to_owned())
}

/// As Go writes it: with a `v`, and `+incompatible` where the path does not have the major version that it should have.
fn module(name: &str, version: &str, sums: Option<&str>) -> Result<String, Reason> {
    let plain = version.trim_start_matches('v');
    let major = plain.split('.').next().unwrap_or_default();
    let path_major = name.rsplit_once("/v").map(|(_, major)| major).filter(|major| major.parse::<u32>().is_ok());
    let path_major = path_major.or_else(|| name.strip_prefix("gopkg.in/")?.rsplit_once(".v").map(|(_, major)| major));
    let written = match (path_major, major) {
        (Some(path), major) if path == major => format!("v{plain}"),
        (None, "0" | "1") => format!("v{plain}"),
        (None, _) if plain.ends_with("+incompatible") => format!("v{plain}"),
        _ => return Err(format!("{plain} is a module of another path")),
    };
    let Some(sums) = sums else { return Ok(written) };
    let has = |suffix: &str| sums.lines().any(|line| line.starts_with(&format!("{name} {written}{suffix} ")));
    if has("") && has("/go.mod") {
        Ok(written)
    } else {
        Err(format!("`go.sum` does not have {written}; hint: `go get {name}@{written}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn requirement_is(text: &str, expected: Option<&str>) {
        let entries = Format::Requirements.parse(text).unwrap();
        let written = requirement(text, &entries[0].range, "2.0").ok();
        assert_eq!(written.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_plain_pin_can_be_raised_and_one_with_conditions_or_hashes_cannot() {
        requirement_is("jinja2==1.0\n", Some("2.0"));
        requirement_is("jinja2[i18n] == 1.0 ; python_version > '3'  # why\n", Some("2.0"));
        requirement_is("jinja2 (===1.0)\n", Some("2.0"));
        requirement_is("jinja2==1.0,<2\n", None);
        requirement_is("jinja2>=0.5,==1.0\n", None);
        requirement_is("jinja2==1.0 --hash=sha256:00\n", None);
    }

    #[test]
    fn modules_are_written_as_go_does_and_only_where_their_sums_are_known() {
        let sums = "example.com/a v1.2.0 h1:x=\nexample.com/a v1.2.0/go.mod h1:y=\nexample.com/a v1.3.0/go.mod h1:z=\n";
        assert_eq!(module("example.com/a", "1.2.0", Some(sums)).unwrap(), "v1.2.0");
        assert!(module("example.com/a", "1.3.0", Some(sums)).unwrap_err().contains("go get example.com/a@v1.3.0"));
        assert_eq!(module("example.com/a", "1.3.0", None).unwrap(), "v1.3.0");
        assert_eq!(module("example.com/a/v2", "2.3.0", None).unwrap(), "v2.3.0");
        assert_eq!(module("gopkg.in/yaml.v2", "2.2.8", None).unwrap(), "v2.2.8");
        assert_eq!(module("example.com/a", "2.3.0+incompatible", None).unwrap(), "v2.3.0+incompatible");
        assert!(module("example.com/a", "2.3.0", None).is_err());
        assert!(module("example.com/a/v2", "3.0.0", None).is_err());
    }
}
