//! PEP 440.

use std::str::FromStr;

pub(super) fn parse(text: &str) -> Option<pep440_rs::Version> {
    pep440_rs::Version::from_str(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_the_order_of_pep_440() {
        // Of the specification's summary of permitted suffixes, and an epoch.
        let order =
            ["1.0.dev1", "1.0a1.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0+local", "1.0.post1", "1.1", "1!0.1"];
        let versions: Vec<_> = order.iter().map(|text| parse(text).unwrap()).collect();
        assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
        assert_eq!(parse("1.0"), parse("v1.0.0"));
        assert!(parse("2004d").is_none());
    }
}
