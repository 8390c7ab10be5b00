//! Which contexts an outsider writes: [`of`].
//!
//! From GitHub's "Understanding the risk of script injections" and the events' payloads. Does not know what is done with
//! them.

/// Text that anybody can choose who opens an issue, comments, or pushes to a fork.
const TEXTS: [&str; 37] = [
    "github.head_ref",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.pages.*.page_name",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.commits.*.message",
    "github.event.commits.*.author.name",
    "github.event.commits.*.author.email",
    "github.event.commits.*.committer.name",
    "github.event.commits.*.committer.email",
    "github.event.head_commit.message",
    "github.event.head_commit.author.name",
    "github.event.head_commit.author.email",
    "github.event.head_commit.committer.name",
    "github.event.head_commit.committer.email",
    "github.event.merge_group.head_ref",
    "github.event.merge_group.head_commit.message",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_repository.description",
    "github.event.workflow_run.pull_requests.*.head.ref",
    "github.event.check_suite.head_branch",
    "github.event.check_run.check_suite.head_branch",
];

/// How far a text can be trusted, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Anybody writes it.
    Outsider,
    /// Names of files, as whoever opens a pull request likes them.
    FileName,
    /// A branch or tag, an input of a manual run: of somebody who may write to the repository, or of whoever calls.
    Caller,
}

/// Who writes a context, unless only GitHub and the repository's owners do.
///
/// `path` is as in [`Expression::Context`](crate::expression::Expression::Context).
pub(crate) fn of(path: &str) -> Option<Source> {
    let is_text = TEXTS.contains(&path);
    let is_whole = matches!(path, "github" | "github.event") || TEXTS.iter().any(|text| is_object(path, text));
    if is_text || is_whole {
        return Some(Source::Outsider);
    }
    let of_caller = ["inputs.", "github.event.inputs.", "github.event.client_payload."];
    let is_name = matches!(
        path,
        "github.ref"
            | "github.ref_name"
            | "github.event.ref"
            | "github.event.release.tag_name"
            | "github.event.release.name"
    );
    (is_name || of_caller.iter().any(|prefix| path.starts_with(prefix))).then_some(Source::Caller)
}

/// An object that such a text is in, as `toJSON` would print it.
fn is_object(path: &str, text: &str) -> bool {
    path.starts_with("github.event.") && text.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_the_objects_around_them_are_the_outsiders() {
        for path in ["github.head_ref", "github.event.issue", "github.event", "github", "github.event.commits.*"] {
            assert_eq!(of(path), Some(Source::Outsider), "{path}");
        }
    }

    #[test]
    fn numbers_digests_and_names_of_accounts_are_nobodys() {
        for path in [
            "github.sha",
            "github.event.pull_request.number",
            "github.event.pull_request.head.sha",
            "github.actor",
            "github.event.issue.titles",
            "secrets.x",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
        assert_eq!(of("inputs.version"), Some(Source::Caller));
    }
}
