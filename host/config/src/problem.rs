//! [`Problem`]: one thing wrong with a configuration, and where.

use std::fmt;

/// A place in the text of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Characters, at least 1.
    pub width: usize,
    /// The line as it stands there.
    pub source: String,
}

/// One thing wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Lower-case, names the key; ends with a hint where there is one.
    pub message: String,
    /// Where; none where it is about what is not there.
    pub place: Option<Place>,
}

/// A configuration that cannot be used, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Name of the file, for people.
    pub file: String,
    /// At least one, in the order of their places.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// Puts the problems in order.
    pub fn new(file: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.line, place.column)));
        Self { file: file.to_owned(), problems }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", problem.message)?;
            match &problem.place {
                Some(place) => {
                    let number = place.line.to_string();
                    let margin = " ".repeat(number.len());
                    writeln!(f, "\n{margin}--> {}:{}:{}", self.file, place.line, place.column)?;
                    writeln!(f, "{margin} |\n{number} | {}", place.source)?;
                    let indent = " ".repeat(place.column.saturating_sub(1));
                    writeln!(f, "{margin} | {indent}{}", "^".repeat(place.width))?;
                }
                None => writeln!(f, "\n --> {}", self.file)?,
            }
        }
        match self.problems.len() {
            1 => write!(f, "`{}` has 1 problem", self.file),
            many => write!(f, "`{}` has {many} problems", self.file),
        }
    }
}

/// The known name that is nearest to a misspelt one, if any is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &str| strsim::damerau_levenshtein(name, candidate);
    let best = known.into_iter().min_by_key(|candidate| distance(candidate))?;
    (distance(best) <= (name.len().max(best.len()) / 3).max(1)).then_some(best)
}

/// `; hint: did you mean ...` or what there is to choose from.
pub(crate) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(nearest) => format!("; hint: did you mean `{nearest}`?"),
        None => {
            let known: Vec<_> = known.into_iter().map(|name| format!("`{name}`")).collect();
            format!("; hint: known here: {}", known.join(", "))
        }
    }
}
