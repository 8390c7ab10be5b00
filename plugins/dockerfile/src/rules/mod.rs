//! One rule a file, and the list of them.
//!
//! Defines nothing of its own, and does not decide which rules run.

pub(crate) mod disabled_tls;
pub(crate) mod docker_socket;
pub(crate) mod exposed_ssh;
pub(crate) mod insecure_download;
pub(crate) mod insecure_run;
pub(crate) mod latest_image;
pub(crate) mod npm_unsafe_perm;
pub(crate) mod password_set;
pub(crate) mod pipe_to_shell;
pub(crate) mod remote_add;
pub(crate) mod root_user;
pub(crate) mod secret_file;
pub(crate) mod secret_in_layer;
pub(crate) mod secret_in_variable;
pub(crate) mod setuid;
pub(crate) mod sudo;
pub(crate) mod unauthenticated_packages;
pub(crate) mod undigested_image;
pub(crate) mod unhashed_packages;
pub(crate) mod unreadable;
pub(crate) mod untagged_image;
pub(crate) mod untrusted_index;
pub(crate) mod whole_context;
pub(crate) mod world_writable;

use crate::rule::Rule;

/// All rules, in the order in which they are listed.
pub(crate) static ALL: [Rule; 24] = [
    unreadable::RULE,
    untagged_image::RULE,
    latest_image::RULE,
    undigested_image::RULE,
    root_user::RULE,
    secret_in_variable::RULE,
    secret_file::RULE,
    secret_in_layer::RULE,
    password_set::RULE,
    whole_context::RULE,
    pipe_to_shell::RULE,
    disabled_tls::RULE,
    insecure_download::RULE,
    remote_add::RULE,
    unauthenticated_packages::RULE,
    untrusted_index::RULE,
    unhashed_packages::RULE,
    npm_unsafe_perm::RULE,
    sudo::RULE,
    world_writable::RULE,
    setuid::RULE,
    exposed_ssh::RULE,
    docker_socket::RULE,
    insecure_run::RULE,
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
