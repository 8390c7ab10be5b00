//! [`Facts`]: what the evidence of an incident says after its first line, one `name: value` a line.

/// What is known besides the words. A fact that is not there is as it is most of the time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    /// Replicas that there should be.
    pub(crate) replicas: u32,
    /// Replicas that have the same.
    pub(crate) alike: u32,
    /// Seconds since the version became live; none: nobody knows.
    pub(crate) version_age: Option<u64>,
    /// Versions that can be gone back to.
    pub(crate) kept: u32,
    /// Mean over the replicas, per cent of what each may use.
    pub(crate) cpu: f64,
    /// What was tried against the same lately, and did not help.
    pub(crate) tried: Vec<String>,
}

impl Facts {
    /// From the evidence.
    pub(crate) fn of(evidence: &str) -> Self {
        let value = |name: &str| {
            let mut found = evidence.lines().skip(1).filter_map(|line| line.split_once(": "));
            found.find(|(key, _)| *key == name).map(|(_, value)| value.trim())
        };
        let number = |name: &str| value(name)?.parse::<u32>().ok();
        let tried = value("tried").unwrap_or_default().split(", ").filter(|word| !word.is_empty());
        Self {
            replicas: number("replicas").unwrap_or(1),
            alike: number("alike").unwrap_or(1),
            version_age: value("version-age").and_then(|age| age.parse().ok()),
            kept: number("kept").unwrap_or_default(),
            cpu: value("cpu").and_then(|cpu| cpu.parse().ok()).unwrap_or_default(),
            tried: tried.map(str::to_owned).collect(),
        }
    }

    /// Whether this did not help.
    pub(crate) fn was_tried(&self, action: &str) -> bool {
        self.tried.iter().any(|tried| tried == action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_follow_the_first_line_and_may_be_missing() {
        let facts = Facts::of("replicas: 9\nreplicas: 3\nalike: 2\nversion-age: 40\nkept: 1\ncpu: 41.5\ntried: a, b");
        let tried = vec!["a".to_owned(), "b".to_owned()];
        let expected = Facts { replicas: 3, alike: 2, version_age: Some(40), kept: 1, cpu: 41.5, tried };
        assert_eq!(facts, expected);
        assert_eq!(Facts::of("no answer"), Facts { replicas: 1, alike: 1, ..Facts::default() });
        assert!(facts.was_tried("b") && !facts.was_tried("c"));
    }
}
