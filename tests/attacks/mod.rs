//! The 42 attacks that a host of foreign plugins has to withstand, and where each is tested. Those that are tested with
//! their subject are not tested once more here.
//!
//! ```text
//! 01 tests/attacks/compute.rs attack_01_an_endless_loop_in_start_is_ended
//!    tests/attacks/compute.rs attack_01_an_endless_loop_in_realloc_is_ended
//!    tests/limits.rs a_guest_that_computes_for_too_long_is_ended
//! 02 tests/limits.rs a_guest_that_waits_for_too_long_is_ended
//!    tests/attacks/programs.rs attack_02_a_program_that_hangs_is_ended_with_its_gate
//! 03 tests/attacks/compute.rs attack_03_memory_that_grows_in_start_is_summed_up
//!    tests/attacks/compute.rs attack_03_several_memories_are_summed_up
//!    tests/limits.rs a_guest_that_wants_too_much_memory_does_not_get_it
//! 04 tests/attacks/compute.rs attack_04_a_table_of_a_hundred_million_elements_is_not_given
//!    tests/limits.rs a_component_with_tables_that_are_too_large_is_not_started
//! 05 tests/attacks/compute.rs attack_05_endless_recursion_in_start_runs_out_of_stack
//!    tests/limits.rs a_guest_that_calls_itself_without_end_runs_out_of_stack
//! 06 tests/attacks/compute.rs attack_06_four_gib_of_initial_memory_are_not_given
//! 07 tests/attacks/compute.rs attack_07_instances_that_double_at_each_level_of_nesting_are_refused
//!    tests/limits.rs a_component_with_too_many_instances_is_not_started
//! 08 tests/attacks/compute.rs attack_08_a_bomb_of_functions_or_data_is_refused_before_it_is_compiled
//! 09 host/registry/tests/downloads.rs what_is_compressed_is_not_unpacked
//!    host/registry/tests/downloads.rs a_body_without_end_is_cut_off
//! 10 tests/limits.rs a_guest_that_opens_too_many_handles_is_ended
//! 11 tests/limits.rs a_guest_that_gives_too_much_at_once_is_refused
//!    tests/limits.rs a_file_that_is_too_large_is_not_handed_over
//!    host/tools/tests/grants.rs more_arguments_than_can_be_passed_are_a_limit
//! 12 tests/limits.rs a_guest_that_gives_too_many_findings_is_refused
//!    tests/limits.rs log_output_is_cut
//!    host/tools/tests/resources.rs an_endless_flood_of_output_ends_with_its_time
//! 13 tests/grants.rs no_path_leads_out_of_the_workspace
//!    tests/attacks/files.rs attack_13_a_nul_byte_does_not_end_a_path
//! 14 tests/attacks/files.rs attack_14_a_hard_link_or_a_rename_does_not_carry_a_file_over_to_what_is_granted
//!    host/tools/tests/files.rs a_link_does_not_lead_out_of_the_grant
//! 15 tests/attacks/files.rs attack_15_a_link_that_is_swapped_in_during_the_run_does_not_lead_out
//! 16 tests/attacks/files.rs attack_16_a_pipe_or_a_device_is_not_read_and_nobody_waits_for_it
//!    tests/grants.rs ignored_files_dot_env_files_and_git_have_to_be_named
//! 17 tests/attacks/healers.rs attack_17_what_decides_over_checks_is_never_healed_whatever_is_granted
//!    tests/attacks/healers.rs attack_17_a_path_that_leads_out_is_an_error_of_the_plugin
//!    tests/attacks/healers.rs attack_17_a_link_is_not_written_through
//!    tests/healing.rs a_program_of_a_healer_never_touches_the_tree
//! 18 host/workspace/src/granted.rs other_names_for_git_are_known
//! 19 tests/attacks/programs.rs attack_19_an_argument_that_is_an_option_is_not_passed_for_a_word
//!    host/tools/src/pattern.rs a_star_is_one_argument_that_is_no_option
//! 20 host/tools/src/environment.rs names_that_make_a_program_run_something_else_are_refused
//!    host/tools/src/search.rs the_workspace_and_relative_directories_are_passed_over
//!    host/tools/tests/environment.rs only_a_fixed_set_is_passed
//! 21 tests/attacks/programs.rs attack_21_what_the_workspace_configures_a_tool_to_run_is_confined_as_the_tool_is
//! 22 host/tools/tests/processes.rs a_fork_bomb_is_ended_by_the_time_limit
//!    host/tools/tests/processes.rs a_double_forked_child_does_not_outlive_the_program
//! 23 host/tools/tests/resources.rs memory_is_limited
//!    host/tools/tests/resources.rs processor_time_is_limited
//!    host/tools/tests/resources.rs the_size_of_a_file_is_limited
//!    host/tools/tests/resources.rs all_temporary_files_together_are_limited_in_name_spaces
//! 24 host/tools/tests/network.rs the_docker_socket_is_out_of_reach
//! 25 tests/sandbox.rs a_plugin_finds_nothing_of_the_host
//!    host/tools/tests/environment.rs variables_of_the_host_are_not_passed
//!    host/tools/tests/environment.rs no_descriptor_of_the_host_is_inherited
//! 26 tests/grants.rs a_granted_value_is_in_no_sink
//!    tests/attacks/environment.rs attack_26_a_granted_value_is_not_in_the_cache
//!    host/tools/tests/environment.rs a_granted_value_is_passed_and_redacted_in_all_its_forms
//! 27 host/registry/tests/addresses.rs a_redirect_to_the_metadata_of_a_cloud_is_refused
//!    host/registry/tests/addresses.rs a_name_that_leads_elsewhere_the_second_time_is_refused
//!    host/registry/src/location.rs only_encrypted_addresses_and_those_of_this_machine_are_taken
//!    host/tools/tests/network.rs in_name_spaces_a_grant_is_for_a_host_and_not_just_its_port
//! 28 host/tools/tests/network.rs a_grant_to_connect_is_for_tcp_alone
//!    host/tools/tests/network.rs in_name_spaces_a_granted_name_can_be_connected_to_and_no_other_is_known
//! 29 tests/pinning.rs configuration_from_a_trusted_revision_is_not_what_a_pull_request_made_of_it
//! 30 tests/attacks/supply.rs attack_30_a_lock_whose_digest_was_changed_stops_the_run
//!    tests/distribution.rs a_tag_that_was_moved_stops_what_would_load_it
//!    host/registry/tests/tls.rs a_registry_with_a_certificate_of_an_unknown_authority_is_refused
//! 31 tests/attacks/supply.rs attack_31_a_grant_is_not_for_another_component_of_the_same_name
//! 32 tests/sandbox.rs compiled_code_that_was_tampered_with_is_not_run
//!    host/cache/src/store.rs a_file_under_another_name_is_not_there
//! 33 tests/attacks/supply.rs attack_33_sixteen_runs_on_one_cache_of_which_some_are_killed
//! 34 tests/attacks/output.rs attack_34_terminal_escapes_and_bidi_marks_are_not_printed
//! 35 tests/attacks/output.rs attack_35_no_ci_system_takes_what_is_printed_for_a_command
//!    tests/attacks/output.rs attack_35_configuration_that_is_wrong_starts_no_command_either
//! 36 tests/attacks/output.rs attack_36_markdown_and_html_are_given_as_plain_text
//! 37 tests/attacks/output.rs attack_37_sarif_of_a_hostile_gate_is_valid_and_its_uris_stay_inside
//!    host/report/src/sarif.rs a_path_is_never_taken_for_anything_but_a_relative_uri
//! 38 tests/sandbox.rs a_result_that_makes_no_sense_is_an_error_and_never_a_pass
//!    tests/sandbox.rs a_gate_that_fails_on_every_file_is_given_up
//!    tests/grants.rs a_finding_on_a_file_that_may_not_be_read_is_an_error_and_never_a_pass
//! 39 host/workspace/src/change/tests.rs a_kill_at_any_step_is_taken_back_by_the_next_command
//!    host/workspace/src/change/tests.rs an_error_at_any_step_leaves_everything_as_it_was
//!    tests/fixing.rs a_kill_in_the_middle_is_taken_back_by_the_next_command
//!    tests/fixing.rs a_full_disk_is_an_error_and_an_unchanged_tree
//! 40 host/workspace/src/change/tests.rs what_is_written_in_the_last_moment_is_not_lost
//!    host/workspace/src/change/tests.rs a_group_with_a_file_that_was_changed_meanwhile_is_left_alone_as_a_whole
//!    host/workspace/src/change/tests.rs what_an_editor_writes_through_an_open_file_is_put_back
//! 41 tests/attacks/state.rs attack_41_what_one_gate_remembers_another_of_the_same_plugin_does_not_know
//! 42 tests/determinism.rs clocks_stand_still_and_random_numbers_are_seeded
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::harness::{Project, component};

mod compute;
mod environment;
mod files;
mod generated;
mod healers;
mod output;
mod programs;
mod state;
mod supply;

/// A workspace gate that asks for these things with this grant, and another gate beside it.
fn prober(grant: &str, requests: &str) -> Project {
    let component = component("prober");
    let configuration = format!(
        "[gates.probe]\nplugin = {{ path = {component:?} }}\ngrant = {grant}\n\
         [gates.probe.settings]\nrequests = {requests}\n[gates.other]\nplugin = \"builtin:example-gate\"\n"
    );
    Project::new().file("sdlc.toml", configuration).file("a.md", "text\n")
}

/// What came of each request.
#[track_caller]
fn said(project: &Project) -> Vec<String> {
    let report = project.json(&[]);
    let [other, probe] = report["gates"].as_array().unwrap().as_slice() else { panic!("{report:#}") };
    assert_eq!(other["verdict"], "passed", "{report:#}");
    assert_eq!(probe["failures"], serde_json::json!([]), "{report:#}");
    let findings = probe["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_attack_is_in_the_table_once_and_its_tests_are_where_it_says() {
    let mut attacks = Vec::new();
    for row in table(include_str!("mod.rs")) {
        let rest = match row.split_once(' ') {
            Some((number, rest)) if !number.is_empty() => {
                attacks.push(number.parse::<u32>().unwrap());
                rest
            }
            _ => row.trim_start(),
        };
        if rest != "later: issue 5" && rest != "missing" {
            let (file, test) = rest.split_once(' ').unwrap();
            assert!(is_test(file, test), "`{file}` has no test `{test}`");
        }
    }
    assert_eq!(attacks, (1..=42).collect::<Vec<_>>());
}

#[test]
fn every_test_that_is_named_after_an_attack_is_in_the_table() {
    let table: Vec<_> = table(include_str!("mod.rs")).map(|row| &row[3..]).collect();
    for file in fs::read_dir(root().join("tests/attacks")).unwrap().flatten() {
        let source = fs::read_to_string(file.path()).unwrap();
        for test in source.lines().filter_map(|line| line.strip_prefix("fn attack_")?.split_once('(')) {
            let row = format!("tests/attacks/{} attack_{}", file.file_name().to_string_lossy(), test.0);
            assert!(table.contains(&row.as_str()), "`{row}`");
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn table(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().skip_while(|line| *line != "//! ```text").skip(1);
    lines.take_while(|line| *line != "//! ```").map(|line| line.strip_prefix("//! ").unwrap())
}

/// Whether the function is there, and a test.
fn is_test(file: &str, test: &str) -> bool {
    let source = fs::read_to_string(root().join(file)).unwrap_or_default();
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let function = format!("fn {test}(");
    let at = lines.iter().position(|line| line.trim_start_matches("async ").starts_with(&function));
    at.is_some_and(|at| lines[..at].iter().rev().take(4).any(|line| line.starts_with("#[") && line.contains("test")))
}
