//! [`Granted`]: which paths the globs of a grant reach.
//!
//! A wildcard reaches what is part of the project and nothing else: ignored files, what is below `.git` and dot-env
//! files are reached only by a glob that begins with their name, up to the part that makes them what they are.

use globset::{GlobBuilder, GlobMatcher};

/// Characters that make a part of a glob more than its text.
const WILDCARDS: [char; 6] = ['*', '?', '[', ']', '{', '}'];

/// Globs of a grant.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    matcher: GlobMatcher,
    /// Leading parts without a wildcard.
    literal: Vec<String>,
}

impl Granted {
    /// Of globs relative to the root, where `*` stays within a directory and `**` crosses them. A glob that names a
    /// directory reaches all below it.
    ///
    /// # Errors
    /// Where a glob makes no sense.
    pub fn new(globs: &[String]) -> Result<Self, globset::Error> {
        let mut patterns = Vec::new();
        for glob in globs {
            let glob = glob.strip_prefix("./").unwrap_or(glob).trim_end_matches('/');
            let glob = if glob == "." { "**" } else { glob };
            for glob in [glob.to_owned(), format!("{glob}/**")] {
                let literal = glob.split('/').take_while(|part| !part.contains(WILDCARDS)).map(str::to_owned);
                let matcher = GlobBuilder::new(&glob).literal_separator(true).build()?.compile_matcher();
                patterns.push(Pattern { literal: literal.collect(), matcher });
            }
        }
        Ok(Self { patterns })
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a path is reached by a glob that begins with at least so many parts of its own.
    pub(crate) fn reaches(&self, path: &str, literal: usize) -> bool {
        self.patterns.iter().any(|pattern| pattern.literal.len() >= literal && pattern.matcher.is_match(path))
    }

    /// Whether a path that no ignore rule hides is reached, be there a file or not.
    pub fn allows(&self, path: &str) -> bool {
        self.reaches(path, protected_parts(path))
    }

    /// What the globs begin with before their first wildcard; empty: the root.
    pub fn beginnings(&self) -> Vec<String> {
        let mut beginnings: Vec<_> = self.patterns.iter().map(|pattern| pattern.literal.join("/")).collect();
        beginnings.sort();
        beginnings.dedup();
        beginnings
    }
}

/// How many leading parts of a path a glob has to name for what the path is by its name alone.
pub(crate) fn protected_parts(path: &str) -> usize {
    let parts: Vec<_> = path.split('/').collect();
    let git = parts.iter().position(|part| is_git(part)).map_or(0, |at| at + 1);
    let dot_env = parts.last().is_some_and(|name| name.to_lowercase().starts_with(".env"));
    if dot_env { parts.len() } else { git }
}

/// Whether some file system takes a name for `.git`.
pub(crate) fn is_git(name: &str) -> bool {
    // Ignored by HFS+, as git itself has it.
    let ignorable = |char: &char| matches!(*char, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let plain: String = name.chars().filter(|char| !ignorable(char)).collect::<String>().to_lowercase();
    let plain = plain.trim_end_matches(['.', ' ']);
    let plain = plain.split(':').next().unwrap_or(plain);
    plain == ".git" || plain == "git~1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(globs: &[&str], path: &str, ignored_parts: usize, expected: bool) {
        let globs: Vec<_> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        let granted = Granted::new(&globs).unwrap();
        assert_eq!(granted.reaches(path, protected_parts(path).max(ignored_parts)), expected, "{globs:?} {path}");
    }

    #[test]
    fn a_star_stays_within_a_directory() {
        check(&["*.xml"], "a.xml", 0, true);
        check(&["*.xml"], "d/a.xml", 0, false);
        check(&["**/*.xml"], "d/a.xml", 0, true);
        check(&["."], "d/a.xml", 0, true);
    }

    #[test]
    fn a_directory_is_all_below_it() {
        check(&["src"], "src/a/b.rs", 0, true);
        check(&["src/"], "src/a/b.rs", 0, true);
        check(&["src"], "source/a.rs", 0, false);
    }

    #[test]
    fn what_is_protected_has_to_be_named() {
        check(&["**"], ".git/config", 0, false);
        check(&[".*/**"], ".git/config", 0, false);
        check(&[".git/config"], ".git/config", 0, true);
        check(&[".git"], ".git/config", 0, true);
        check(&["**", ".g[i]t/**"], ".git/config", 0, false);
        check(&["**"], "sub/.GIT/config", 0, false);
        check(&["**"], "a/.env", 0, false);
        check(&["a/**"], "a/.env", 0, false);
        check(&["a/.env"], "a/.env", 0, true);
        check(&["**/.env.local"], "a/.env.local", 0, false);
        check(&["**"], "build/coverage.xml", 1, false);
        check(&["build/**"], "build/coverage.xml", 1, true);
        check(&["build/**"], "build/.env", 1, false);
    }

    #[test]
    fn other_names_for_git_are_known() {
        for name in [".git", ".GIT", ".gi\u{200c}t", "GIT~1", ".git. ", ".git::$INDEX_ALLOCATION", "\u{feff}.git"] {
            assert!(is_git(name), "{name:?}");
        }
        for name in [".github", "git", ".gitignore", "git~2"] {
            assert!(!is_git(name), "{name:?}");
        }
    }
}
