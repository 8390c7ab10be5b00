//! What rules look at: [`Document`] is a workflow or an action, with its jobs and steps.
//!
//! Does not judge, and takes what is not as GitHub wants it for absent.

use std::ops::Range;

use crate::{
    expression::{self, Embedded},
    yaml::Node,
};

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Workflow,
    Action,
}

/// One file.
pub(crate) struct Document<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) kind: Kind,
    pub(crate) root: &'a Node,
    /// None of an action.
    pub(crate) jobs: Vec<Job<'a>>,
    /// Of an action that is a composite one.
    pub(crate) action_steps: Vec<Step<'a>>,
}

/// One job.
pub(crate) struct Job<'a> {
    pub(crate) key: &'a Node,
    pub(crate) node: &'a Node,
    pub(crate) steps: Vec<Step<'a>>,
}

/// One step.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) node: &'a Node,
    pub(crate) job: Option<&'a Node>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(path: &'a str, text: &'a str, kind: Kind, root: &'a Node) -> Self {
        let jobs = root.get("jobs").map(Node::entries).unwrap_or_default().iter();
        let jobs = jobs.filter(|_| kind == Kind::Workflow).map(|(key, node)| Job::new(key, node)).collect();
        let steps = root.get("runs").and_then(|runs| runs.get("steps")).map(Node::items).unwrap_or_default().iter();
        let steps = steps.filter(|_| kind == Kind::Action).map(|node| Step { node, job: None });
        Self { path, text, kind, root, jobs, action_steps: steps.collect() }
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'a>> {
        self.jobs.iter().flat_map(|job| &job.steps).chain(&self.action_steps).copied()
    }

    /// The names of the events of `on`, and where they stand.
    pub(crate) fn triggers(&self) -> Vec<&'a Node> {
        // `on` is a boolean in YAML 1.1, but not here.
        let Some(on) = self.root.get("on") else { return Vec::new() };
        let mut names: Vec<_> = on.items().iter().chain(on.entries().iter().map(|(key, _)| key)).collect();
        names.extend(on.as_str().map(|_| on));
        names
    }

    pub(crate) fn trigger(&self, any: &[&str]) -> Option<&'a Node> {
        self.triggers().into_iter().find(|node| node.as_str().is_some_and(|name| any.contains(&name)))
    }

    /// Expressions of a scalar.
    pub(crate) fn expressions(&self, node: &Node) -> Vec<Embedded> {
        expression::find(self.text, node.range.clone())
    }

    /// The expression of an `if`, which may stand without `${{ }}`.
    pub(crate) fn condition(&self, node: &Node) -> Vec<Embedded> {
        let found = self.expressions(node);
        match node.as_str() {
            Some(text) if found.is_empty() => {
                let expression = expression::Expression::parse(text);
                vec![Embedded { range: node.range.clone(), expression }]
            }
            _ => found,
        }
    }

    /// Every `if` of jobs and steps.
    pub(crate) fn conditions(&self) -> Vec<&'a Node> {
        let of_jobs = self.jobs.iter().filter_map(|job| job.node.get("if"));
        let of_steps = self.steps().filter_map(|step| step.node.get("if"));
        of_jobs.chain(of_steps).collect()
    }

    /// Every `uses` of steps and jobs.
    pub(crate) fn uses(&self) -> Vec<&'a Node> {
        let of_jobs = self.jobs.iter().filter_map(|job| job.node.get("uses"));
        of_jobs.chain(self.steps().filter_map(|step| step.node.get("uses"))).collect()
    }

    /// Bytes of a scalar's content, without quotes.
    pub(crate) fn content(&self, node: &Node) -> Range<usize> {
        let range = node.range.clone();
        if node.quoted && range.len() > 1 { range.start + 1..range.end - 1 } else { range }
    }
}

impl<'a> Job<'a> {
    fn new(key: &'a Node, node: &'a Node) -> Self {
        let steps = node.get("steps").map(Node::items).unwrap_or_default();
        Self { key, node, steps: steps.iter().map(|step| Step { node: step, job: Some(node) }).collect() }
    }
}

impl<'a> Step<'a> {
    /// The action, without its version: `actions/checkout`, in lower case.
    pub(crate) fn action(&self) -> Option<String> {
        let uses = self.node.text("uses")?;
        Some(uses.split('@').next().unwrap_or(uses).to_ascii_lowercase())
    }

    pub(crate) fn is_action(&self, name: &str) -> bool {
        self.action().is_some_and(|action| action == name)
    }

    /// An input of the action.
    pub(crate) fn with(&self, input: &str) -> Option<&'a Node> {
        let inputs = self.node.get("with")?.entries();
        inputs
            .iter()
            .find(|(key, _)| key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(input)))
            .map(|(_, value)| value)
    }

    /// The script, unless its shell is none that is read here.
    pub(crate) fn script(&self) -> Option<&'a Node> {
        let run = self.node.get("run")?;
        let shell = self.node.text("shell").unwrap_or("bash");
        ["pwsh", "powershell", "cmd", "python"].iter().all(|other| !shell.starts_with(other)).then_some(run)
    }

    /// The expression that a variable of the step's environment is made of: of the step, the job or the workflow.
    pub(crate) fn variable(&self, document: &Document<'a>, name: &str) -> Option<&'a Node> {
        let scopes = [Some(self.node), self.job, Some(document.root)];
        scopes.into_iter().flatten().find_map(|scope| {
            let variables = scope.get("env")?.entries();
            variables
                .iter()
                .find(|(key, _)| key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name)))
                .map(|(_, value)| value)
        })
    }
}
