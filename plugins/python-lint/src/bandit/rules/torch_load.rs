//! `BANDIT614`, bandit's `pytorch_load`: a model whose file can run code.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use super::{Found, Rule};
use crate::bandit::calls;

pub(super) const RULE: Rule = Rule {
    id: "BANDIT614",
    name: "unsafe-torch-load",
    summary: "`torch.load` can run code of the file",
    explanation: "\
## What it does
Finds `torch.load` and `torch.serialization.load` without `weights_only=True`.

## Why is this bad?
The file is a pickle, which runs what it says when it is loaded. From PyTorch 2.6 on `weights_only` is on by default, but which
version runs cannot be seen in the code.

## Example
```python
model.load_state_dict(torch.load(\"weights.pth\"))
```

## How to fix
Pass `weights_only=True`, or use `safetensors`.
",
    check,
};

fn check(text: &str, suite: &[Stmt]) -> Vec<Found> {
    if !text.contains("torch") {
        return Vec::new();
    }
    let loads = calls::all(suite)
        .into_iter()
        .filter(|call| matches!(call.name.as_str(), "torch.load" | "torch.serialization.load"));
    let unsafe_loads = loads.filter(|call| {
        let value = call.call.arguments.find_keyword("weights_only").map(|keyword| &keyword.value);
        !matches!(value, Some(Expr::BooleanLiteral(literal)) if literal.value)
    });
    unsafe_loads
        .map(|call| {
            (call.call.range(), format!("`{}` can run code of the file; hint: pass `weights_only=True`", call.name))
        })
        .collect()
}
