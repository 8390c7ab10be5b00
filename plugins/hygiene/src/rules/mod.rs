//! One rule a file, and the list of them.
//!
//! Defines nothing of its own, and does not decide which rules run.

pub(crate) mod broken_symlink;
pub(crate) mod byte_order_mark;
pub(crate) mod case_conflict;
pub(crate) mod end_of_file;
pub(crate) mod executable_without_shebang;
pub(crate) mod json_syntax;
pub(crate) mod large_file;
pub(crate) mod merge_conflict;
pub(crate) mod mixed_line_ending;
pub(crate) mod private_key;
pub(crate) mod shebang_without_executable;
pub(crate) mod toml_syntax;
pub(crate) mod trailing_whitespace;
pub(crate) mod xml_syntax;
pub(crate) mod yaml_syntax;

use crate::rule::Doc;

/// All rules, in the order of their ids.
pub(crate) const ALL: [Doc; 15] = [
    trailing_whitespace::DOC,
    end_of_file::DOC,
    mixed_line_ending::DOC,
    byte_order_mark::DOC,
    merge_conflict::DOC,
    json_syntax::DOC,
    toml_syntax::DOC,
    yaml_syntax::DOC,
    xml_syntax::DOC,
    large_file::DOC,
    case_conflict::DOC,
    executable_without_shebang::DOC,
    shebang_without_executable::DOC,
    broken_symlink::DOC,
    private_key::DOC,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_the_ids_and_explains_each_rule() {
        for (index, doc) in ALL.iter().enumerate() {
            assert_eq!(doc.id as usize, index, "{}", doc.name);
            for part in ["## What it does\n", "## Why is this bad?\n", "## Example\n", "## How to fix\n"] {
                assert!(doc.explanation.contains(part), "{} lacks {part}", doc.name);
            }
        }
    }
}
