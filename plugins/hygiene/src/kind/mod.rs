//! What a file is, as far as the rules care: text or binary, and which syntax.
//!
//! [`Kind::of`] answers as `identify` does, which pre-commit and prek select files by: the name first, and the first
//! 1,024 bytes only where the name says nothing. Does not read files, and does not ask for symbolic links.

mod extensions;
mod names;

/// Bytes that are looked at where the name does not tell text from binary.
const SNIFFED: usize = 1024;

/// A set of facts about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind(u8);

impl Kind {
    /// The name is known, but does not tell text from binary.
    const UNSURE: Self = Self(0);
    pub(crate) const TEXT: Self = Self(1);
    const BINARY: Self = Self(1 << 1);
    pub(crate) const JSON: Self = Self(1 << 2);
    pub(crate) const TOML: Self = Self(1 << 3);
    pub(crate) const XML: Self = Self(1 << 4);
    pub(crate) const YAML: Self = Self(1 << 5);

    /// Facts of a regular file of this path and content.
    pub(crate) fn of(path: &str, content: &[u8]) -> Self {
        let kind = Self::of_name(file_name(path));
        if kind.is(Self::TEXT) || kind.is(Self::BINARY) {
            return kind;
        }
        let sniffed = content.get(..SNIFFED).unwrap_or(content);
        kind.and(if sniffed.iter().all(|byte| is_text(*byte)) { Self::TEXT } else { Self::BINARY })
    }

    /// Whether all of these facts hold.
    pub(crate) const fn is(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn of_name(name: &str) -> Self {
        let by_name = look_up(&names::BY_NAME, name.as_bytes());
        let by_extension = extension(name).and_then(of_extension);
        match (by_name, by_extension) {
            (Some(name), Some(extension)) => name.and(extension),
            (Some(kind), None) | (None, Some(kind)) => kind,
            // `.pylintrc` and `xenial.Dockerfile` are known by a part of their name.
            (None, None) => {
                name.split('.').find_map(|part| look_up(&names::BY_NAME, part.as_bytes())).unwrap_or(Self::UNSURE)
            }
        }
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    match memchr::memrchr(b'/', path.as_bytes()) {
        Some(slash) => path.get(slash + 1..).unwrap_or(path),
        None => path,
    }
}

/// What stands behind the last dot, unless that dot opens the name.
pub(crate) fn extension(name: &str) -> Option<&str> {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => Some(extension),
        _ => None,
    }
}

fn of_extension(extension: &str) -> Option<Kind> {
    let exact = look_up(&extensions::BY_EXTENSION, extension.as_bytes());
    if exact.is_some() || !extension.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return exact;
    }
    look_up(&extensions::BY_EXTENSION, extension.to_ascii_lowercase().as_bytes())
}

fn look_up(table: &[(&[u8], Kind)], key: &[u8]) -> Option<Kind> {
    let at = table.binary_search_by(|(known, _)| (*known).cmp(key)).ok()?;
    table.get(at).map(|(_, kind)| *kind)
}

/// Printable, beyond ASCII, or one of the control characters that texts have.
const fn is_text(byte: u8) -> bool {
    matches!(byte, 7..=13 | 27 | 0x20..=0x7E | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_a_binary_search_finds_each_key() {
        assert!(extensions::BY_EXTENSION.is_sorted_by(|left, right| left.0 < right.0));
        assert!(names::BY_NAME.is_sorted_by(|left, right| left.0 < right.0));
    }

    #[test]
    fn the_name_decides_before_the_content() {
        assert!(Kind::of("a.py", b"\0").is(Kind::TEXT));
        assert!(Kind::of("a.png", b"text").is(Kind::BINARY));
        assert!(Kind::of("a.JSON", b"{}").is(JSON_TEXT));
        assert!(Kind::of("dir/Pipfile", b"").is(Kind::TOML));
        assert!(Kind::of("Pipfile.lock", b"").is(Kind::JSON));
        assert!(Kind::of("xenial.Dockerfile", b"\0").is(Kind::TEXT));
    }

    const JSON_TEXT: Kind = Kind::TEXT.and(Kind::JSON);

    #[test]
    fn the_first_kilobyte_decides_where_the_name_says_nothing() {
        assert!(Kind::of("blob", b"").is(Kind::TEXT));
        assert!(Kind::of("blob", b"a\0b").is(Kind::BINARY));
        assert!(Kind::of("blob", &[b"a".repeat(1024), vec![0]].concat()).is(Kind::TEXT));
        assert!(Kind::of("Info.plist", b"\x01").is(Kind::BINARY));
    }

    #[test]
    fn a_dot_that_opens_the_name_starts_no_extension() {
        assert_eq!(extension(".json"), None);
        assert_eq!(extension("a."), Some(""));
        assert_eq!(extension("a.tar.gz"), Some("gz"));
    }
}
