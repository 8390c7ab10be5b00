//! Stages of a build: [`Stage`].

use std::{collections::HashMap, ops::Range};

use super::Instruction;

/// Bytes of an image's name; longer, it is none.
const LONGEST: usize = 4096;

/// What one `FROM` begins.
pub(crate) struct Stage {
    /// The image, or the stage, that it builds upon, with arguments replaced; none where that is not known.
    pub(crate) image: Option<String>,
    pub(crate) image_range: Range<usize>,
    pub(crate) name: Option<String>,
    /// The stage that it builds upon.
    pub(crate) parent: Option<usize>,
    /// Of the file's instructions, those that follow `FROM`.
    pub(crate) instructions: Range<usize>,
}

/// All stages, in order.
pub(super) fn of(instructions: &[Instruction]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut defaults = HashMap::new();
    for (index, instruction) in instructions.iter().enumerate().filter(|(_, instruction)| !instruction.onbuild) {
        match instruction.keyword.as_str() {
            "ARG" if stages.is_empty() => {
                for word in &instruction.words {
                    if let Some((name, value)) = word.text.split_once('=') {
                        let value = expand(value.trim_matches(['"', '\'']), &defaults);
                        defaults.insert(name.to_owned(), value.unwrap_or_default());
                    }
                }
            }
            "FROM" => {
                let next = stage(instruction, index, &stages, &defaults);
                stages.push(next);
            }
            _ => {}
        }
        if let Some(last) = stages.last_mut() {
            last.instructions.end = index + 1;
        }
    }
    stages
}

fn stage(instruction: &Instruction, index: usize, before: &[Stage], defaults: &HashMap<String, String>) -> Stage {
    let word = instruction.words.first();
    let image = word.and_then(|word| expand(&word.text, defaults)).filter(|image| !image.is_empty());
    let name = match instruction.words.as_slice() {
        [_, between, name, ..] if between.text.eq_ignore_ascii_case("as") => Some(name.text.to_ascii_lowercase()),
        _ => None,
    };
    let wanted = image.as_deref().map(str::to_ascii_lowercase);
    let parent = before.iter().rposition(|stage| stage.name.is_some() && stage.name == wanted);
    let image_range = word.map_or(instruction.range.clone(), |word| word.range.clone());
    Stage { image, image_range, name, parent, instructions: index + 1..index + 1 }
}

/// `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME-default}`; none where a value is not known.
fn expand(text: &str, defaults: &HashMap<String, String>) -> Option<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let (name, fallback, behind) = match after.strip_prefix('{') {
            Some(inside) => {
                let (inside, behind) = inside.split_once('}')?;
                let end =
                    inside.find(|each: char| !(each.is_ascii_alphanumeric() || each == '_')).unwrap_or(inside.len());
                let (name, operator) = inside.split_at(end);
                let fallback = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'));
                (name, fallback, behind)
            }
            None => {
                let end =
                    after.find(|each: char| !(each.is_ascii_alphanumeric() || each == '_')).unwrap_or(after.len());
                let (name, behind) = after.split_at(end);
                (name, None, behind)
            }
        };
        let value = defaults.get(name).map(String::as_str).filter(|value| !value.is_empty());
        expanded.push_str(value.or(fallback)?);
        rest = behind;
        // Arguments that are made of arguments double quickly.
        if expanded.len() > LONGEST {
            return None;
        }
    }
    expanded.push_str(rest);
    Some(expanded)
}
