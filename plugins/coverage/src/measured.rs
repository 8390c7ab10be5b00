//! [`Measured`]: what a report says of one source file, and how several reports on it become one.
//!
//! Does not know in which format it was said.

/// A line with code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u32,
    /// How often it ran.
    pub(crate) hits: u64,
}

/// One way out of a line, that can be told from its others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) line: u32,
    /// The same in every report of a tool, different from that of the other branches of the line.
    pub(crate) id: u64,
    pub(crate) taken: bool,
}

/// Branches of a line of which only the number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BranchCount {
    pub(crate) line: u32,
    pub(crate) share: Share,
}

/// A function, by where it begins and how it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Digest of its name, and of its line where a report has that.
    pub(crate) id: u64,
    pub(crate) covered: bool,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) covered: u64,
    pub(crate) total: u64,
}

impl Share {
    /// Per cent; none where there is nothing to cover.
    pub(crate) fn percent(self) -> Option<f64> {
        (self.total > 0).then(|| self.covered as f64 / self.total as f64 * 100.0)
    }

    pub(crate) fn count(&mut self, covered: bool) {
        self.add(Self { covered: u64::from(covered), total: 1 });
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.covered = self.covered.saturating_add(other.covered);
        self.total = self.total.saturating_add(other.total);
    }

    /// Of two reports that may speak of different things, the one that says more.
    fn fuller(self, other: Self) -> Self {
        if (other.total, other.covered) > (self.total, self.covered) { other } else { self }
    }
}

/// What is known of one source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) lines: Vec<Line>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) branch_counts: Vec<BranchCount>,
    pub(crate) functions: Vec<Function>,
    /// Functions of which only the number is known.
    pub(crate) function_count: Share,
    /// Its lines are those of regions, so that blank lines and comments are among them.
    pub(crate) of_regions: bool,
}

impl Measured {
    /// Sorts everything and joins what speaks of the same: hits are added, a branch is taken where any says so.
    pub(crate) fn settle(&mut self) {
        if !self.lines.is_sorted_by(|one, next| one.number < next.number) {
            self.lines.sort_by_key(|line| line.number);
            self.lines.dedup_by(|next, kept| {
                let same = next.number == kept.number;
                if same {
                    kept.hits = kept.hits.saturating_add(next.hits);
                }
                same
            });
        }
        self.branches.sort_by_key(|branch| (branch.line, branch.id));
        self.branches.dedup_by(|next, kept| {
            let same = (next.line, next.id) == (kept.line, kept.id);
            kept.taken |= same && next.taken;
            same
        });
        self.branch_counts.sort_by_key(|count| count.line);
        self.branch_counts.dedup_by(|next, kept| {
            let same = next.line == kept.line;
            if same {
                kept.share = kept.share.fuller(next.share);
            }
            same
        });
        self.functions.sort_by_key(|function| function.id);
        self.functions.dedup_by(|next, kept| {
            let same = next.id == kept.id;
            kept.covered |= same && next.covered;
            same
        });
    }

    /// Adds what another report says, in the same format or `foreign` to it: what was told apart in another way is
    /// only counted then. Needs [`Measured::settle`] after the last one.
    pub(crate) fn merge(&mut self, mut other: Self, foreign: bool) {
        if foreign {
            self.count();
            other.count();
        }
        self.lines.extend(other.lines);
        self.branches.extend(other.branches);
        self.branch_counts.extend(other.branch_counts);
        self.functions.extend(other.functions);
        self.function_count = self.function_count.fuller(other.function_count);
        // A report of statements knows better which lines have code; where both speak, blank lines may be among them.
        self.of_regions |= other.of_regions;
    }

    /// Forgets which branches and functions they were.
    fn count(&mut self) {
        self.branch_counts.extend(told_by_line(&self.branches));
        self.branches.clear();
        self.function_count = self.functions().fuller(self.function_count);
        self.functions.clear();
    }

    fn functions(&self) -> Share {
        let mut functions = Share::default();
        self.functions.iter().for_each(|function| functions.count(function.covered));
        functions
    }

    /// Shares of a settled file.
    pub(crate) fn tally(&self) -> Tally {
        let mut lines = Share::default();
        for line in &self.lines {
            lines.count(line.hits > 0);
        }
        Tally { lines, branches: self.branch_share(), functions: self.functions().fuller(self.function_count) }
    }

    /// Where a line has branches that are told apart and branches that are counted, those are the same ones.
    fn branch_share(&self) -> Share {
        let mut all = Share::default();
        let mut counted = self.branch_counts.iter().peekable();
        for told in told_by_line(&self.branches) {
            while let Some(before) = counted.next_if(|count| count.line < told.line) {
                all.add(before.share);
            }
            let same = counted.next_if(|count| count.line == told.line);
            all.add(same.map_or(told.share, |count| told.share.fuller(count.share)));
        }
        counted.for_each(|count| all.add(count.share));
        all
    }
}

/// How many branches a line has, and how many of them were taken. They are sorted by line.
fn told_by_line(branches: &[Branch]) -> Vec<BranchCount> {
    let mut told: Vec<BranchCount> = Vec::new();
    for branch in branches {
        match told.last_mut() {
            Some(last) if last.line == branch.line => last.share.count(branch.taken),
            _ => {
                let share = Share { covered: u64::from(branch.taken), total: 1 };
                told.push(BranchCount { line: branch.line, share });
            }
        }
    }
    told
}

/// What of a file, a directory or a project is covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) lines: Share,
    pub(crate) branches: Share,
    pub(crate) functions: Share,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.lines.add(other.lines);
        self.branches.add(other.branches);
        self.functions.add(other.functions);
    }
}

/// What a name is known by among the branches or functions of a file.
pub(crate) fn id(parts: &[&[u8]]) -> u64 {
    use std::hash::Hasher;
    // Without a key of its own, so that the same name is the same everywhere.
    let mut hasher = std::hash::DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(lines: &[(u32, u64)]) -> Measured {
        let mut file = Measured::default();
        file.lines.extend(lines.iter().map(|(number, hits)| Line { number: *number, hits: *hits }));
        file.settle();
        file
    }

    #[test]
    fn hits_of_the_same_line_are_added() {
        let mut one = file(&[(1, 0), (2, 1)]);
        one.merge(file(&[(2, u64::MAX), (3, 0), (1, 0)]), false);
        one.settle();
        assert_eq!(one, file(&[(1, 0), (2, u64::MAX), (3, 0)]));
        assert_eq!(one.tally().lines, Share { covered: 1, total: 3 });
    }

    #[test]
    fn a_branch_is_taken_where_any_report_says_so() {
        let branch = |id, taken| Branch { line: 4, id, taken };
        let mut one = Measured { branches: vec![branch(0, true), branch(1, false)], ..Measured::default() };
        one.merge(Measured { branches: vec![branch(0, false), branch(1, true)], ..Measured::default() }, false);
        one.settle();
        assert_eq!(one.tally().branches, Share { covered: 2, total: 2 });
    }

    #[test]
    fn branches_that_cannot_be_told_apart_count_as_in_the_better_report() {
        let count = |covered, total| BranchCount { line: 4, share: Share { covered, total } };
        let mut one = Measured { branch_counts: vec![count(1, 2)], ..Measured::default() };
        one.merge(Measured { branch_counts: vec![count(1, 2)], ..Measured::default() }, false);
        one.settle();
        assert_eq!(one.tally().branches, Share { covered: 1, total: 2 });
        one.branches = vec![Branch { line: 4, id: 0, taken: true }, Branch { line: 9, id: 0, taken: true }];
        assert_eq!(one.tally().branches, Share { covered: 2, total: 3 });
    }

    proptest! {
        #[test]
        fn the_order_of_reports_does_not_matter(
            one in prop::collection::vec((1_u32..50, 0_u64..3), 0..60),
            two in prop::collection::vec((1_u32..50, 0_u64..3), 0..60),
        ) {
            let (one, two) = (file(&one), file(&two));
            let (mut forth, mut back) = (one.clone(), two.clone());
            forth.merge(two, false);
            back.merge(one, false);
            forth.settle();
            back.settle();
            prop_assert_eq!(forth, back);
        }
    }
}
