//! Which symbolic links of a snapshot point to nothing: of the index or a revision, where the disk cannot be asked.

use std::collections::{BTreeSet, HashMap, VecDeque};

/// As Linux does, which then says that there are too many levels.
const MOST_HOPS: usize = 40;

/// The paths of a snapshot, and where its links point.
pub(crate) struct Links {
    paths: BTreeSet<String>,
    targets: HashMap<String, String>,
}

impl Links {
    pub(crate) fn new(paths: impl IntoIterator<Item = String>, targets: HashMap<String, String>) -> Self {
        Self { paths: paths.into_iter().collect(), targets }
    }

    /// Whether a link points to nothing. One that leads out of the snapshot may point to anything, so it does not.
    pub(crate) fn is_broken(&self, link: &str) -> bool {
        let mut at: Vec<String> = link.split('/').map(str::to_owned).collect();
        let mut ahead: VecDeque<String> = at.pop().into_iter().collect();
        let mut hops = 0;
        while let Some(name) = ahead.pop_front() {
            match name.as_str() {
                "" | "." => continue,
                ".." if at.pop().is_none() => return false,
                ".." => continue,
                _ => at.push(name),
            }
            let path = at.join("/");
            if let Some(target) = self.targets.get(&path) {
                hops += 1;
                if hops > MOST_HOPS {
                    return true;
                }
                if target.starts_with('/') {
                    return false;
                }
                at.pop();
                target.rsplit('/').for_each(|name| ahead.push_front(name.to_owned()));
            } else if !self.exists(&path) {
                return true;
            }
        }
        false
    }

    fn exists(&self, path: &str) -> bool {
        let directory = format!("{path}/");
        let below = || self.paths.range(directory.clone()..).next();
        self.paths.contains(path) || below().is_some_and(|next| next.starts_with(&directory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, broken: bool) {
        let links = [("d/link", target), ("loop", "loop"), ("d/dir", "../e"), ("d/gone", "nothing")];
        let paths = ["a", "d/b", "e/c"].into_iter().chain(links.map(|(path, _)| path)).map(str::to_owned);
        let targets = links.map(|(path, target)| (path.to_owned(), target.to_owned()));
        assert_eq!(Links::new(paths, targets.into()).is_broken("d/link"), broken, "{target}");
    }

    #[test]
    fn a_link_to_a_file_or_a_directory_is_not_broken() {
        ["b", "../a", "./b", "../e", "../e/c", "dir/c", "dir/../a"].iter().for_each(|target| check(target, false));
    }

    #[test]
    fn a_link_to_nothing_is_broken() {
        ["c", "../b", "gone", "dir/x", "../loop", "b2"].iter().for_each(|target| check(target, true));
    }

    #[test]
    fn a_link_out_of_the_snapshot_may_point_to_something() {
        ["/etc/passwd", "../../x"].iter().for_each(|target| check(target, false));
    }
}
