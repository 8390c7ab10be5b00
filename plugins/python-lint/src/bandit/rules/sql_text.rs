//! `BANDIT608`, bandit's `hardcoded_sql_expressions`: SQL that is put together from parts.

use ruff_python_ast::{
    Expr, Operator, Stmt,
    visitor::{Visitor, walk_expr},
};
use ruff_text_size::Ranged;

use super::{Found, Rule};

pub(super) const RULE: Rule = Rule {
    id: "BANDIT608",
    name: "sql-from-parts",
    summary: "SQL is put together from parts",
    explanation: "\
## What it does
Finds `SELECT`, `INSERT`, `UPDATE` and `DELETE` statements into which values are put by `%`, `+`, `format` or `replace`, also where
a line break is between their words. ruff's `S608` finds most; what it finds is left to it.

## Why is this bad?
A value that contains a quote becomes SQL, which reads or changes what it likes.

## Example
```python
cursor.execute(\"INSERT INTO users VALUES('%s')\" % name)
```

## How to fix
Pass values as parameters: `cursor.execute(\"INSERT INTO users VALUES(?)\", (name,))`.
",
    check,
};

fn check(_: &str, suite: &[Stmt]) -> Vec<Found> {
    let mut statements = Statements(Vec::new());
    suite.iter().for_each(|statement| statements.visit_stmt(statement));
    statements.0
}

struct Statements(Vec<Found>);

impl<'a> Visitor<'a> for Statements {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if begins_statement(expression) {
            let message = "a value that is put into SQL can change it; hint: pass it as a parameter";
            self.0.push((expression.range(), message.to_owned()));
            return;
        }
        walk_expr(self, expression);
    }
}

/// Whether text of a statement is joined with something that is no text.
fn begins_statement(expression: &Expr) -> bool {
    match expression {
        Expr::BinOp(operation) => match operation.op {
            Operator::Mod => text_of(&operation.left).is_some_and(|text| is_sql(&text)),
            Operator::Add => {
                let mut first = expression;
                let mut all_text = true;
                while let Expr::BinOp(operation) = first
                    && operation.op == Operator::Add
                {
                    all_text &= operation.right.is_string_literal_expr();
                    first = &operation.left;
                }
                !all_text && text_of(first).is_some_and(|text| is_sql(&text))
            }
            _ => false,
        },
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if matches!(method.attr.as_str(), "format" | "replace") => {
                let puts_in = call.arguments.iter_source_order().any(|argument| !argument.value().is_literal_expr());
                puts_in && text_of(&method.value).is_some_and(|text| is_sql(&text))
            }
            _ => false,
        },
        _ => false,
    }
}

fn text_of(expression: &Expr) -> Option<String> {
    match expression {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    }
}

/// The beginnings that bandit knows, each word behind any blanks.
fn is_sql(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let words: Vec<_> = upper.split_whitespace().collect();
    match words.as_slice() {
        ["SELECT" | "DELETE", rest @ ..] => rest.contains(&"FROM"),
        ["INSERT", "INTO", rest @ ..] => rest.iter().any(|word| word.starts_with("VALUES") || *word == "SELECT"),
        ["UPDATE", rest @ ..] => rest.contains(&"SET"),
        ["WITH", rest @ ..] => {
            rest.iter().any(|word| word.trim_start_matches('(') == "SELECT") && rest.contains(&"FROM")
        }
        _ => false,
    }
}
