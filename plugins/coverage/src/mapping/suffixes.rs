//! [`Suffixes`]: which file of the workspace ends as a path does, in as many parts as possible.

/// Files of the workspace, sorted by their paths read from the end.
pub(super) struct Suffixes<'a> {
    files: Vec<(String, &'a str)>,
}

/// The file, and how many parts at the end are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match<'a> {
    /// None: no file, or where `parts` is not zero, several.
    pub(super) file: Option<&'a str>,
    pub(super) parts: usize,
}

impl<'a> Suffixes<'a> {
    pub(super) fn new(files: &'a [String]) -> Self {
        let mut files: Vec<_> = files.iter().map(|file| (from_end(file), file.as_str())).collect();
        files.sort();
        Self { files }
    }

    /// A file whose whole path the path ends with comes before others that are as long the same.
    pub(super) fn find(&self, path: &str) -> Match<'a> {
        let sought = from_end(path);
        let at = self.files.partition_point(|(file, _)| *file < sought);
        let neighbours = [at.checked_sub(1), Some(at)].into_iter().flatten();
        let parts = neighbours.filter_map(|at| self.files.get(at)).map(|(file, _)| same_parts(file, &sought)).max();
        let parts = parts.unwrap_or_default();
        if parts == 0 {
            return Match { file: None, parts };
        }
        let length = sought.match_indices('\0').nth(parts - 1).map_or(sought.len(), |(at, _)| at + 1);
        let common = sought.get(..length).unwrap_or(&sought);
        let first = self.files.partition_point(|(file, _)| file.as_str() < common);
        let mut same = self.files.iter().skip(first).take_while(|(file, _)| file.starts_with(common));
        let file = match (same.next(), same.next()) {
            (Some((whole, file)), _) if whole == common => Some(*file),
            (Some((_, file)), None) => Some(*file),
            _ => None,
        };
        Match { file, parts }
    }
}

/// Its parts in reverse, each with an end that sorts before everything.
fn from_end(path: &str) -> String {
    let mut reversed = String::with_capacity(path.len() + 1);
    for part in path.rsplit('/') {
        reversed.push_str(part);
        reversed.push('\0');
    }
    reversed
}

fn same_parts(one: &str, other: &str) -> usize {
    one.split_terminator('\0').zip(other.split_terminator('\0')).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::paths, *};

    fn find(files: &[&str], path: &str) -> (Option<String>, usize) {
        let files: Vec<_> = files.iter().map(|file| (*file).to_owned()).collect();
        let found = Suffixes::new(&files).find(path);
        (found.file.map(str::to_owned), found.parts)
    }

    #[test]
    fn the_longest_common_end_wins() {
        let files = ["src/a.py", "lib/src/a.py", "lib/a.py", "b.py"];
        assert_eq!(find(&files, "build/lib/src/a.py"), (Some("lib/src/a.py".to_owned()), 3));
        assert_eq!(find(&files, "build/src/a.py"), (Some("src/a.py".to_owned()), 2));
        assert_eq!(find(&files, "build/b.py"), (Some("b.py".to_owned()), 1));
        assert_eq!(find(&files, "build/c.py"), (None, 0));
    }

    #[test]
    fn several_files_that_are_as_long_the_same_are_none() {
        assert_eq!(find(&["x/src/a.py", "y/src/a.py"], "src/a.py"), (None, 2));
        assert_eq!(find(&["x/src/a.py", "src/a.py"], "src/a.py"), (Some("src/a.py".to_owned()), 2));
    }

    proptest! {
        #[test]
        fn it_finds_what_comparing_with_each_file_finds(
            files in prop::collection::btree_set("[ab](/[ab]){0,3}", 0..12),
            path in "[ab](/[ab]){0,4}",
        ) {
            let files: Vec<_> = files.into_iter().collect();
            let same = |file: &String| same_parts(&from_end(file), &from_end(&path));
            let parts = files.iter().map(same).max().unwrap_or(0);
            let best: Vec<_> = files.iter().filter(|file| parts > 0 && same(file) == parts).collect();
            let whole = best.iter().find(|file| paths::parts(file) == parts);
            let expected = match best.as_slice() {
                [one] => Some(one.as_str()),
                _ => whole.map(|file| file.as_str()),
            };
            prop_assert_eq!(Suffixes::new(&files).find(&path), Match { file: expected, parts });
        }
    }
}
