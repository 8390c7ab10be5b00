//! `BANDIT502`, bandit's `ssl_with_bad_version`: a version of TLS that is broken, wherever it is passed.

use ruff_python_ast::{
    Expr, Stmt,
    visitor::{Visitor, walk_expr},
};
use ruff_text_size::Ranged;

use super::{Found, Rule};

pub(super) const RULE: Rule = Rule {
    id: "BANDIT502",
    name: "broken-tls-version",
    summary: "a broken version of TLS is asked for",
    explanation: "\
## What it does
Finds `ssl_version=` and `method=` with `PROTOCOL_SSLv2`, `PROTOCOL_SSLv3`, `PROTOCOL_TLSv1`, `PROTOCOL_TLSv1_1` or the like of
pyOpenSSL, in any call. ruff's `S502` looks at `ssl.wrap_socket` and `OpenSSL.SSL.Context` alone, and what it finds is left to it.

## Why is this bad?
These versions can be read and changed by who is on the way; they are passed through others, such as `urllib3.PoolManager`.

## Example
```python
urllib3.PoolManager(ssl_version=ssl.PROTOCOL_TLSv1)
```

## How to fix
Use `ssl.create_default_context()`, and set its `minimum_version`.
",
    check,
};

const BROKEN: [&str; 8] = [
    "PROTOCOL_SSLv2",
    "PROTOCOL_SSLv3",
    "PROTOCOL_TLSv1",
    "PROTOCOL_TLSv1_1",
    "SSLv2_METHOD",
    "SSLv3_METHOD",
    "TLSv1_METHOD",
    "TLSv1_1_METHOD",
];
/// These also agree on versions that are broken.
const AGREEING: [&str; 2] = ["SSLv23_METHOD", "PROTOCOL_SSLv23"];

fn check(text: &str, suite: &[Stmt]) -> Vec<Found> {
    let mut versions = Versions(Vec::new());
    if BROKEN.iter().chain(&AGREEING).any(|name| text.contains(name)) {
        suite.iter().for_each(|statement| versions.visit_stmt(statement));
    }
    versions.0
}

struct Versions(Vec<Found>);

impl<'a> Visitor<'a> for Versions {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression
            && let Some((option, value)) = ["ssl_version", "method"]
                .into_iter()
                .find_map(|name| Some((name, &call.arguments.find_keyword(name)?.value)))
            && let Expr::Attribute(version) = value
            && let name = version.attr.as_str()
            && (BROKEN.contains(&name) || (option == "method" && AGREEING.contains(&name)))
        {
            self.0.push((
                call.range(),
                format!(
                    "`{name}` can be read and changed by who is on the way; hint: use `ssl.create_default_context()`"
                ),
            ));
        }
        walk_expr(self, expression);
    }
}
