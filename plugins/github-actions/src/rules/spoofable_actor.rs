//! `spoofable-actor`: a question for the wrong account.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    expression::{Comparison, Expression},
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "spoofable-actor",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "a condition trusts the account of who acted last",
    explanation: "\
## What it does
Finds conditions that compare `github.actor`, `github.triggering_actor` or `github.event.sender.login` with the name of a bot.

## Why is this bad?
The actor is whoever caused the last event, not who wrote the code: an outsider can make Dependabot act on a pull request that
they changed, and the workflow takes it for Dependabot's.

## Example
```yaml
if: github.actor == 'dependabot[bot]'
```

## How to fix
Ask who opened the pull request, `github.event.pull_request.user.login`, and that its head is of this repository.
",
    cwe: 290,
    score: 6.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.conditions() {
        for each in document.condition(node) {
            let bot = each.expression.all().into_iter().find_map(compared_bot);
            if let Some(bot) = bot {
                let message = format!(
                    "who acted last need not be who wrote the code of `{bot}`; hint: compare `github.event.pull_request.user.login`"
                );
                findings.add(node.range.clone(), message);
            }
        }
    }
}

const ACTORS: [&str; 4] =
    ["github.actor", "github.triggering_actor", "github.event.sender.login", "github.event.pull_request.sender.login"];

/// The bot that an actor is asked to be.
fn compared_bot(expression: &Expression) -> Option<&str> {
    let Expression::Condition(Comparison::Equal, sides) = expression else { return None };
    let is_actor = sides.iter().any(|side| side.context().is_some_and(|path| ACTORS.contains(&path)));
    let bot = sides.iter().filter_map(Expression::literal).find(|text| text.ends_with("[bot]"))?;
    is_actor.then_some(bot)
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn an_actor_that_is_to_be_a_bot_is_found() {
        let text = steps(
            "- if: ${{ 'dependabot[bot]' == github.actor && true }}\n  run: a\n- if: github.triggering_actor == 'renovate[bot]'\n  run: b",
        );
        assert_eq!(found("spoofable-actor", &text).len(), 2);
    }

    #[test]
    fn an_actor_that_is_to_be_none_and_an_author_are_not() {
        let text = steps(
            "- if: github.actor != 'dependabot[bot]'\n  run: a\n- if: github.event.pull_request.user.login == 'dependabot[bot]'\n  run: b\n- if: github.actor == 'octocat'\n  run: c",
        );
        assert!(found("spoofable-actor", &text).is_empty());
    }
}
