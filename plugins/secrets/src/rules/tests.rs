//! The tables, row by row: each example gives exactly the verdict that it is an example of.

use std::collections::HashSet;

use sdlc_sdk::{FileGate, testing::GateTest};

use super::*;
use crate::Secrets;
use crate::examples::expand;
use crate::scan::compile;
use sdlc_sdk::Plugin;

/// A gate that is made once: there are a thousand examples.
fn gate() -> Secrets {
    GateTest::<Secrets>::new("{}").configure().ok().unwrap()
}

fn found(gate: &Secrets, path: &str, text: &str) -> Vec<String> {
    let file = sdlc_sdk::testing::source_file(path, sdlc_sdk::FileKind::Regular, text.as_bytes());
    gate.check(file).unwrap().findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn there_are_rules_for_more_than_a_hundred_kinds_and_each_has_its_own_name() {
    let ids: HashSet<_> = all().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), all().count());
    assert!(ids.len() >= 100, "{}", ids.len());
    for id in ids {
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{id}");
    }
}

#[test]
fn every_expression_compiles_and_every_rule_says_what_to_do() {
    for rule in all() {
        assert!(compile(rule.expression).is_ok(), "{}", rule.id);
        assert!(![rule.what, rule.opens, rule.revoke].contains(&""), "{}", rule.id);
        for part in ["## What it does\n", "## Why is this bad?\n", "## Example\n", "## How to fix\n"] {
            assert!(rule.to_rule().explanation.contains(part), "{} lacks {part}", rule.id);
        }
    }
}

#[test]
fn every_rule_has_two_examples_of_either_verdict_and_keywords_that_occur() {
    for rule in all() {
        assert!(rule.finds.len() >= 2 && rule.passes.len() >= 2, "{}", rule.id);
        for example in rule.finds {
            let lower = expand(example).to_ascii_lowercase();
            assert!(
                rule.keywords.iter().any(|key| lower.contains(&key.to_ascii_lowercase())),
                "{}: {example}",
                rule.id
            );
        }
    }
}

#[test]
fn every_example_gives_its_verdict_by_its_rule_and_no_other() {
    let gate = gate();
    let mut wrong = Vec::new();
    for rule in all() {
        for example in rule.finds {
            let found = found(&gate, "config", &expand(example));
            if found != [rule.id] {
                wrong.push(format!("{}: {example} is {found:?}", rule.id));
            }
        }
        for example in rule.passes {
            let found = found(&gate, "config", &expand(example));
            if found.iter().any(|id| id == rule.id) {
                wrong.push(format!("{}: {example} is found", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_sources_of_this_plugin_say_is_no_secret() {
    let gate = gate();
    for rule in all() {
        for example in rule.finds.iter().chain(rule.passes) {
            let found = found(&gate, "src/rules/a.rs", &format!("{example:?}"));
            assert!(found.is_empty(), "{}: {example} {found:?}", rule.id);
        }
        assert_eq!(Secrets::rules(&[rule.id.to_owned()]).len(), 1);
    }
}
