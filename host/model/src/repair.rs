//! [`Repairs`]: what a run fixed, and what it did not.

/// What a run fixed, and what it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Whether it was written; otherwise it would have been.
    pub written: bool,
    /// Sorted by gate, rule and path.
    pub fixed: Vec<Repair>,
    /// Sorted by path.
    pub refused: Vec<Refusal>,
    /// What healers proposed, in the order in which it was tried.
    pub treatments: Vec<Tried>,
    /// Healers that could not do their work, and why.
    pub failures: Vec<(String, String)>,
}

/// A treatment that a healer proposed and that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The healer.
    pub healer: String,
    /// What it does.
    pub summary: String,
    /// Files that it changes.
    pub paths: Vec<String>,
    /// Why it was refused; none: it was accepted.
    pub refused: Option<String>,
}

/// Findings of one rule in one file that were fixed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repair {
    /// The gate, or the healer.
    pub gate: String,
    /// As the plugin calls it, or what a treatment did.
    pub rule: String,
    /// Its name for people.
    pub name: String,
    /// The file.
    pub path: String,
    /// How many.
    pub count: u64,
}

/// Something that was not fixed although there was a fix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The file.
    pub path: String,
    /// Title of the fix; none: all fixes of the file.
    pub title: Option<String>,
    /// Lower-case.
    pub reason: String,
}

impl Repairs {
    /// Of all rules and files.
    pub fn count(&self) -> u64 {
        self.fixed.iter().map(|repair| repair.count).sum()
    }

    /// Of a gate.
    pub fn of_gate<'a>(&'a self, gate: &'a str) -> impl Iterator<Item = &'a Repair> {
        self.fixed.iter().filter(move |repair| repair.gate == gate)
    }

    /// What is said of one of them: `fixed 2 findings of F401`.
    pub fn sentence(&self, repair: &Repair) -> String {
        let verb = if self.written { "fixed" } else { "would fix" };
        let findings = if repair.count == 1 { "finding" } else { "findings" };
        format!("{verb} {} {findings} of {}", repair.count, repair.rule)
    }

    /// By the rules' names, the most first.
    pub fn by_name(&self) -> Vec<(&str, u64)> {
        let mut names: Vec<(&str, u64)> = Vec::new();
        for repair in &self.fixed {
            match names.iter_mut().find(|(name, _)| *name == repair.name) {
                Some((_, count)) => *count += repair.count,
                None => names.push((&repair.name, repair.count)),
            }
        }
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        names
    }
}
