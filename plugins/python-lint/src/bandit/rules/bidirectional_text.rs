//! `BANDIT613`, bandit's `trojansource`: text that is shown in another order than Python reads it.

use ruff_python_ast::Stmt;
use ruff_text_size::{TextLen, TextRange, TextSize};

use super::{Found, Rule};

pub(super) const RULE: Rule = Rule {
    id: "BANDIT613",
    name: "bidirectional-text",
    summary: "the text is shown in another order than it is read",
    explanation: "\
## What it does
Finds characters that change the direction of text. ruff's `PLE2502` finds them too, but is not one of the security rules.

## Why is this bad?
They make code look like a comment, or a comment like code (CVE-2021-42574), so a reviewer sees another program than runs.

## Example
```python
if access != \"user<U+202E><U+2066># admin only<U+2069><U+2066>\":
```

## How to fix
Remove the characters, or write them as escapes such as `\\u202e`.
",
    check,
};

const CHARACTERS: [char; 10] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    '\u{200f}',
];

/// The first of each line.
fn check(text: &str, _: &[Stmt]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut line_start = TextSize::default();
    for line in text.split_inclusive('\n') {
        if let Some((at, character)) = line.char_indices().find(|(_, each)| CHARACTERS.contains(each)) {
            let start = line_start + line.get(..at).unwrap_or_default().text_len();
            let message = format!("`U+{:04X}` changes the order in which the line is shown", u32::from(character));
            found.push((TextRange::at(start, character.text_len()), message));
        }
        line_start += line.text_len();
    }
    found
}
