//! One rule a file, and the list of them.
//!
//! Defines nothing of its own, and does not decide which rules run.

pub(crate) mod all_secrets;
pub(crate) mod always_true;
pub(crate) mod app_token;
pub(crate) mod cache_poisoning;
pub(crate) mod compromised_action;
pub(crate) mod dangerous_checkout;
pub(crate) mod dangerous_trigger;
pub(crate) mod disabled_tls;
pub(crate) mod environment_file;
pub(crate) mod excessive_permissions;
pub(crate) mod hardcoded_credentials;
pub(crate) mod inherited_secrets;
pub(crate) mod insecure_commands;
pub(crate) mod insecure_download;
pub(crate) mod missing_permissions;
pub(crate) mod persisted_credentials;
pub(crate) mod pipe_to_shell;
pub(crate) mod script_injection;
pub(crate) mod self_hosted_runner;
pub(crate) mod spoofable_actor;
pub(crate) mod substring_condition;
pub(crate) mod unpinned_action;
pub(crate) mod unpinned_image;
pub(crate) mod unreadable;
pub(crate) mod unredacted_secret;
pub(crate) mod untrusted_artifact;
pub(crate) mod workflow_wide_secret;

use crate::rule::Rule;

/// All rules, in the order in which they are listed.
pub(crate) static ALL: [Rule; 27] = [
    unreadable::RULE,
    unpinned_action::RULE,
    compromised_action::RULE,
    unpinned_image::RULE,
    script_injection::RULE,
    environment_file::RULE,
    dangerous_trigger::RULE,
    dangerous_checkout::RULE,
    untrusted_artifact::RULE,
    missing_permissions::RULE,
    excessive_permissions::RULE,
    app_token::RULE,
    persisted_credentials::RULE,
    inherited_secrets::RULE,
    all_secrets::RULE,
    workflow_wide_secret::RULE,
    unredacted_secret::RULE,
    hardcoded_credentials::RULE,
    insecure_commands::RULE,
    self_hosted_runner::RULE,
    cache_poisoning::RULE,
    pipe_to_shell::RULE,
    disabled_tls::RULE,
    insecure_download::RULE,
    always_true::RULE,
    spoofable_actor::RULE,
    substring_condition::RULE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_explains_itself_under_a_name_of_its_own() {
        for (index, rule) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(index + 1).all(|other| other.name != rule.name), "{}", rule.name);
            for part in ["## What it does\n", "## Why is this bad?\n", "## Example\n", "## How to fix\n"] {
                assert!(rule.explanation.contains(part), "{} lacks {part}", rule.name);
            }
        }
    }
}
