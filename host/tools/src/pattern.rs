//! [`Pattern`]: a program that may be run, and with which arguments.
//!
//! `pytest` is a program with any arguments. Where more words follow, each argument has to match one of them in order:
//! `*` is any argument that does not begin with `-`, a `*` in a word any run of characters, and `**` at the end any
//! further arguments. `git log *` so lets `git log main` be run, but not `git log --output=x`.

use std::{fmt, str::FromStr};

use crate::error::GrantError;

/// A program that may be run, and with which arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    program: String,
    /// None: any arguments.
    arguments: Option<Arguments>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Arguments {
    words: Vec<String>,
    further: bool,
}

impl Pattern {
    /// The bare name.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Whether this lets the program be run with these arguments.
    #[must_use]
    pub fn matches(&self, program: &str, arguments: &[String]) -> bool {
        self.program == program && self.arguments.as_ref().is_none_or(|pattern| pattern.match_all(arguments))
    }

    /// The narrowest pattern that can be written for a command. Without arguments that is the program with any.
    pub(crate) fn of(program: &str, arguments: &[String]) -> String {
        let words: Vec<_> = arguments.iter().map(|argument| word_of(argument)).collect();
        [&[program.to_owned()], words.as_slice()].concat().join(" ")
    }
}

impl Arguments {
    fn match_all(&self, arguments: &[String]) -> bool {
        let enough = match self.further {
            true => arguments.len() >= self.words.len(),
            false => arguments.len() == self.words.len(),
        };
        enough && self.words.iter().zip(arguments).all(|(word, argument)| match_word(word, argument))
    }
}

/// The narrowest word for an argument: a `*` stands where it has blanks, which no word can have, or stars in a row, which mean
/// something else.
fn word_of(argument: &str) -> String {
    let mut word = String::new();
    for char in argument.chars() {
        match char {
            '*' if word.ends_with('*') => {}
            char if char.is_whitespace() && word.ends_with('*') => {}
            char if char.is_whitespace() => word.push('*'),
            char => word.push(char),
        }
    }
    if word.is_empty() { "*".to_owned() } else { word }
}

/// A word that begins with `*` matches no option.
fn match_word(word: &str, argument: &str) -> bool {
    if word.starts_with('*') && argument.starts_with('-') {
        return word == argument;
    }
    let mut parts = word.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = argument.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl FromStr for Pattern {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(GrantError("a program without a name; hint: such as `pytest`".to_owned()));
        }
        let program = words.remove(0);
        check_program(&program)?;
        let any = words.is_empty();
        let further = words.pop_if(|word| word == "**").is_some();
        if words.iter().any(|word| word.contains("**")) {
            return Err(GrantError(format!(
                "`{text}`: `**` stands for all further arguments; hint: put it at the end"
            )));
        }
        Ok(Self { program, arguments: (!any).then_some(Arguments { words, further }) })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        let Some(arguments) = &self.arguments else { return Ok(()) };
        arguments.words.iter().try_for_each(|word| write!(f, " {word}"))?;
        if arguments.further { f.write_str(" **") } else { Ok(()) }
    }
}

/// Bare names only: what a path leads to can change, and may lie in the workspace.
pub(crate) fn check_program(name: &str) -> Result<(), GrantError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
    let bare = !name.is_empty() && name.len() <= 255 && name.bytes().all(allowed) && !name.starts_with(['.', '-']);
    if bare {
        Ok(())
    } else {
        Err(GrantError(format!("`{name}` is not the bare name of a program; hint: such as `pytest`, found in `PATH`")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pattern: &str, command: &[&str], expected: bool) {
        let pattern: Pattern = pattern.parse().unwrap();
        let arguments: Vec<String> = command[1..].iter().map(|argument| (*argument).to_owned()).collect();
        assert_eq!(pattern.matches(command[0], &arguments), expected, "{pattern} {command:?}");
    }

    #[test]
    fn a_bare_name_allows_any_arguments() {
        check("pytest", &["pytest"], true);
        check("pytest", &["pytest", "-x", "--cov"], true);
        check("pytest", &["pytest3"], false);
    }

    #[test]
    fn words_match_in_order_and_number() {
        check("cargo fmt --check", &["cargo", "fmt", "--check"], true);
        check("cargo fmt --check", &["cargo", "fmt"], false);
        check("cargo fmt --check", &["cargo", "--check", "fmt"], false);
        check("cargo fmt --check", &["cargo", "fmt", "--check", "--config=x"], false);
    }

    #[test]
    fn a_star_is_one_argument_that_is_no_option() {
        check("git log *", &["git", "log", "main"], true);
        check("git log *", &["git", "log", ""], true);
        check("git log *", &["git", "log", "--output=x"], false);
        check("git log *", &["git", "log", "-"], false);
        check("git log *", &["git", "log"], false);
        check("git log *", &["git", "log", "a", "b"], false);
    }

    #[test]
    fn a_star_in_a_word_is_any_run_of_characters() {
        check("ruff --select=*", &["ruff", "--select=E,F"], true);
        check("ruff --select=*", &["ruff", "--fix"], false);
        check("cat *.py", &["cat", "a.py"], true);
        check("cat *.py", &["cat", "-x.py"], false);
        check("cat a*b*c", &["cat", "a1b2c"], true);
        check("cat a*b*c", &["cat", "abc"], true);
        check("cat a*b*c", &["cat", "ac"], false);
        check("cat aa*a", &["cat", "aa"], false);
    }

    #[test]
    fn two_stars_at_the_end_are_any_further_arguments() {
        check("git log **", &["git", "log"], true);
        check("git log **", &["git", "log", "--output=x", "y"], true);
        check("git log **", &["git", "push"], false);
        assert!("git ** log".parse::<Pattern>().is_err());
        assert!("git x**".parse::<Pattern>().is_err());
    }

    #[test]
    fn a_path_is_no_program() {
        for name in ["/bin/sh", "./x", "..", "a/b", "-x", "a\0b", "x;y", "", "..\\x"] {
            assert!(check_program(name).is_err(), "{name}");
        }
        for name in ["pytest", "python3.12", "g++", "clang-format-18", "x86_64-linux-gnu-gcc"] {
            assert!(check_program(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_is_suggested_for_a_command_grants_no_more_than_can_be_helped() {
        let of =
            |arguments: &[&str]| Pattern::of("git", &arguments.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["commit", "-m", "two words"]), "git commit -m two*words");
        assert_eq!(of(&["--message=two words", "src/**", ""]), "git --message=two*words src/* *");
        assert_eq!(of(&[]), "git");
    }

    proptest! {
        #[test]
        fn what_is_suggested_for_a_command_grants_it(arguments in prop::collection::vec("[-* a-c=]{0,6}|\\*{1,3}|.{0,4}", 0..4)) {
            let pattern: Result<Pattern, _> = Pattern::of("git", &arguments).parse();
            let pattern = pattern.unwrap();
            prop_assert!(pattern.matches("git", &arguments), "{pattern} {arguments:?}");
        }

        #[test]
        fn a_pattern_reads_back_as_it_is_written(text in "[a-z]{1,4}( [-*a-c]{1,3}){0,3}( \\*\\*)?") {
            if let Ok(pattern) = text.parse::<Pattern>() {
                prop_assert_eq!(pattern.to_string().parse::<Pattern>().unwrap(), pattern);
            }
        }

        #[test]
        fn a_pattern_without_an_option_lets_no_option_through(
            words in prop::collection::vec("[*a-c][*a-c]{0,3}", 1..4), arguments in prop::collection::vec("-?[a-c]{0,3}", 1..4)
        ) {
            if let Ok(pattern) = format!("git {}", words.join(" ")).parse::<Pattern>() {
                let option = arguments.iter().any(|argument| argument.starts_with('-'));
                prop_assume!(!words.last().unwrap().contains("**"));
                prop_assert!(!(option && pattern.matches("git", &arguments)));
            }
        }

        #[test]
        fn a_word_with_stars_matches_what_its_stars_stand_for(parts in prop::collection::vec("[a-c]{0,2}", 1..4), fill in "[a-c]{0,3}") {
            let argument = format!("x{}", parts.join(&fill));
            let word = format!("x{}", parts.join("*"));
            prop_assert!(match_word(&word, &argument));
        }
    }
}
