//! Calls of a module, by the full name of what is called: [`all`].
//!
//! Follows `import` and `from ... import`, wherever in the file they are. Does not follow assignments.

use std::collections::HashMap;

use ruff_python_ast::{
    Expr, ExprCall, Stmt,
    name::UnqualifiedName,
    visitor::{Visitor, walk_expr, walk_stmt},
};

/// A call, and what it calls: `torch.load`.
pub(super) struct Call<'a> {
    pub(super) name: String,
    pub(super) call: &'a ExprCall,
}

/// All calls of what was imported.
pub(super) fn all(suite: &[Stmt]) -> Vec<Call<'_>> {
    let mut imports = Imports::default();
    suite.iter().for_each(|statement| imports.visit_stmt(statement));
    let mut calls = Calls { imports: imports.0, found: Vec::new() };
    suite.iter().for_each(|statement| calls.visit_stmt(statement));
    calls.found
}

/// Full names by the names that they have in the file.
#[derive(Default)]
struct Imports(HashMap<String, String>);

impl<'a> Visitor<'a> for Imports {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    // `import a.b` binds `a`.
                    let bound = alias
                        .asname
                        .as_ref()
                        .map_or_else(|| alias.name.split('.').next().unwrap_or_default(), |name| name.as_str());
                    let full = if alias.asname.is_some() { alias.name.as_str() } else { bound };
                    self.0.insert(bound.to_owned(), full.to_owned());
                }
            }
            Stmt::ImportFrom(import) => {
                let Some(module) = import.module.as_ref().filter(|_| import.level == 0) else { return };
                for alias in &import.names {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.0.insert(bound.to_string(), format!("{module}.{}", alias.name));
                }
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

struct Calls<'a> {
    imports: HashMap<String, String>,
    found: Vec<Call<'a>>,
}

impl<'a> Visitor<'a> for Calls<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression
            && let Some(name) = UnqualifiedName::from_expr(&call.func)
            && let [first, rest @ ..] = name.segments()
            && let Some(full) = self.imports.get(*first)
        {
            let name = std::iter::once(full.as_str()).chain(rest.iter().copied()).collect::<Vec<_>>().join(".");
            self.found.push(Call { name, call });
        }
        walk_expr(self, expression);
    }
}
