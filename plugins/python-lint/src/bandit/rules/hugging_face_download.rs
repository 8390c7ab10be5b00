//! `BANDIT615`, bandit's `huggingface_unsafe_download`: a model or data set by a name that can be moved.

use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::Ranged;

use super::{Found, Rule};
use crate::bandit::calls;

pub(super) const RULE: Rule = Rule {
    id: "BANDIT615",
    name: "unpinned-hugging-face-download",
    summary: "a download from the Hugging Face Hub is not pinned to a commit",
    explanation: "\
## What it does
Finds `from_pretrained` of `transformers`, `load_dataset` of `datasets`, and `hf_hub_download` and `snapshot_download` of
`huggingface_hub` without a `revision` that is a commit. A revision that is no literal is taken for one, and so is a local path.

## Why is this bad?
Whoever can push to the repository changes what is downloaded, and models can run code when they are loaded.

## Example
```python
model = AutoModel.from_pretrained(\"acme/model\", revision=\"main\")
```

## How to fix
Name the commit: `revision=\"0123456789abcdef0123456789abcdef01234567\"`.
",
    check,
};

fn check(text: &str, suite: &[Stmt]) -> Vec<Found> {
    if !["transformers", "datasets", "huggingface_hub"].iter().any(|module| text.contains(module)) {
        return Vec::new();
    }
    let downloads = calls::all(suite)
        .into_iter()
        .filter(|call| is_download(&call.name) && !is_pinned(call.call) && !is_local(call.call));
    let found = downloads.map(|call| {
        let function = call.name.rsplit('.').next().unwrap_or(&call.name);
        (call.call.range(), format!("`{function}` gets whatever is newest; hint: pass the commit as `revision`"))
    });
    found.collect()
}

fn is_download(name: &str) -> bool {
    let (module, function) = (name.split('.').next(), name.rsplit('.').next());
    matches!(
        (module, function),
        (Some("transformers"), Some("from_pretrained"))
            | (Some("datasets"), Some("load_dataset"))
            | (Some("huggingface_hub"), Some("hf_hub_download" | "snapshot_download"))
    )
}

/// By a commit, of seven digits at least, or by what is known only when it runs.
fn is_pinned(call: &ExprCall) -> bool {
    ["revision", "commit_id"].into_iter().filter_map(|name| call.arguments.find_keyword(name)).any(|keyword| {
        match &keyword.value {
            Expr::StringLiteral(literal) => {
                let revision = literal.value.to_str();
                revision.len() >= 7 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            Expr::NoneLiteral(_) => false,
            _ => true,
        }
    })
}

fn is_local(call: &ExprCall) -> bool {
    matches!(call.arguments.args.first(), Some(Expr::StringLiteral(path)) if ["./", "../", "/"].iter().any(|start| path.value.to_str().starts_with(start)))
}
