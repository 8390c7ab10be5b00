//! The output of `go test -bench`, with `-count` for several values a benchmark: lines of a name, iterations, and
//! `N ns/op`.

use std::collections::BTreeMap;

use super::{Found, Series};

pub(super) fn parse(text: &str) -> Option<Found> {
    let mut found: BTreeMap<String, Series> = BTreeMap::new();
    let mut package = "";
    let mut is_go = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("pkg: ") {
            package = name.trim();
            is_go = true;
        }
        is_go |= line.starts_with("goos: ");
        if let Some((name, seconds)) = result(line) {
            let name = if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") };
            found.entry(name).or_default().values.push(seconds);
            is_go = true;
        }
    }
    is_go.then(|| found.into_iter().collect())
}

fn result(line: &str) -> Option<(&str, f64)> {
    let mut fields = line.split_whitespace();
    let name = fields.next().filter(|name| name.starts_with("Benchmark"))?;
    fields.next()?.parse::<u64>().ok()?;
    let fields: Vec<&str> = fields.collect();
    let at = fields.iter().position(|field| *field == "ns/op")?;
    let nanoseconds: f64 = fields.get(at.checked_sub(1)?)?.parse().ok()?;
    Some((name, nanoseconds / 1e9))
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn each_count_is_a_value() {
        let found = parse("bench.txt", include_bytes!("../../tests/go.txt")).unwrap();
        let names: Vec<_> = found.iter().map(|(name, series)| (name.as_str(), series.values.len())).collect();
        assert_eq!(names, [("example.com/sum.BenchmarkSum-2", 10)]);
    }
}
