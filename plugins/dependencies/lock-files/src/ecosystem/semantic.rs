//! Semantic Versioning 2.0.0, as npm, Cargo and Go have it: Go with a `v` before, advisories also with fewer numbers.

pub(super) fn parse(text: &str) -> Option<semver::Version> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V', '=']).unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at_checked(end)?;
    let missing = match numbers.split('.').count() {
        1 => ".0.0",
        2 => ".0",
        _ => "",
    };
    semver::Version::parse(&format!("{numbers}{missing}{rest}")).ok()
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[track_caller]
    fn check(smaller: &str, larger: &str, expected: Ordering) {
        assert_eq!(parse(smaller).unwrap().cmp_precedence(&parse(larger).unwrap()), expected, "{smaller} {larger}");
    }

    #[test]
    fn versions_are_in_the_order_of_the_specification() {
        let order = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
        ];
        order.windows(2).for_each(|pair| check(pair[0], pair[1], Ordering::Less));
    }

    #[test]
    fn versions_of_go_are_as_go_orders_them() {
        check("v0.0.0-20190308221718-c2843e01d9a2", "v0.0.0-20200622213623-75b288015ac9", Ordering::Less);
        check("v3.2.0+incompatible", "3.2.0", Ordering::Equal);
        check("v1.2.4-0.20191109021931-daa7c04131f5", "1.2.4", Ordering::Less);
        check("1.2.3", "v1.2.4-0.20191109021931-daa7c04131f5", Ordering::Less);
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", "latest", "1.2.3.4", "01.2.3", "99999999999999999999999.0.0"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
