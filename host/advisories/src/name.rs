//! How ecosystems compare names of packages.

use std::borrow::Cow;

/// The name under which a package is kept and looked up. `PyPI`: PEP 503; elsewhere names are what they are.
pub(crate) fn normalized<'a>(ecosystem: &str, name: &'a str) -> Cow<'a, str> {
    if ecosystem != "PyPI" {
        return Cow::Borrowed(name);
    }
    let mut normalized = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '-' | '_' | '.' if normalized.ends_with('-') => {}
            '-' | '_' | '.' => normalized.push('-'),
            _ => normalized.extend(char.to_lowercase()),
        }
    }
    Cow::Owned(normalized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pypi_are_the_same_by_pep_503() {
        for name in ["Foo.Bar", "foo-bar", "foo_bar", "FOO.-_BAR"] {
            assert_eq!(normalized("PyPI", name), "foo-bar");
        }
    }

    #[test]
    fn names_of_others_are_what_they_are() {
        assert_eq!(normalized("npm", "@Scope/a_b"), "@Scope/a_b");
        assert_eq!(normalized("Go", "github.com/Masterminds/x.y"), "github.com/Masterminds/x.y");
    }
}
