//! [`plan`]: what helps against an incident, the best first.

use sdlc_sdk::{Action, Incident, IncidentKind, Treatment};

use crate::{Settings, facts::Facts};

const RESTART_REPLICA: &str = "restart-replica";
const RESTART_SERVICE: &str = "restart-service";
const SCALE: &str = "scale";
const ROLL_BACK: &str = "roll-back";

/// What may be done, the best first; nothing: nothing is left that was not tried.
pub(crate) fn plan(incident: &Incident, facts: &Facts, settings: &Settings) -> Vec<Treatment> {
    let mut plan = Plan { incident, facts, treatments: Vec::new() };
    let new = facts.version_age.is_some_and(|age| age < u64::from(settings.new_version_minutes) * 60);
    let new = new && facts.kept > 0;
    let all = facts.alike >= facts.replicas;
    match (incident.kind, incident.replica.as_deref()) {
        (IncidentKind::Unreachable, None) => plan.scale(facts.replicas, "start the replicas that are not there"),
        (IncidentKind::Unreachable, Some(replica)) => {
            plan.roll_back(new && all);
            plan.restart(replica);
            plan.roll_back(new && !all && facts.was_tried(RESTART_REPLICA));
        }
        (IncidentKind::CrashLoop, replica) => {
            plan.roll_back(new);
            replica.map(|replica| plan.restart(replica)).unwrap_or_default();
        }
        // It comes again, whatever the version: what helps is to be there before the kernel.
        (IncidentKind::MemoryLeak, Some(replica)) => {
            plan.add(Action::RestartReplica(replica.to_owned()), format!("recycle `{replica}` before it dies"));
        }
        (IncidentKind::ErrorRate, Some(replica)) => plan.restart(replica),
        (IncidentKind::MemoryLeak | IncidentKind::ErrorRate, None) => {
            plan.roll_back(new);
            plan.restart_all();
        }
        (IncidentKind::Latency, _) => {
            plan.roll_back(new);
            if facts.cpu >= settings.busy_cpu && facts.replicas < settings.most_replicas {
                plan.scale(facts.replicas + 1, "add a replica: the others are busy");
            }
            plan.restart_all();
        }
    }
    plan.treatments
}

struct Plan<'a> {
    incident: &'a Incident,
    facts: &'a Facts,
    treatments: Vec<Treatment>,
}

impl Plan<'_> {
    fn add(&mut self, action: Action, summary: String) {
        self.treatments.push(Treatment { summary, actions: vec![action] });
    }

    fn restart(&mut self, replica: &str) {
        if !self.facts.was_tried(RESTART_REPLICA) {
            self.add(Action::RestartReplica(replica.to_owned()), format!("replace `{replica}` by a fresh one"));
        }
    }

    fn restart_all(&mut self) {
        if !self.facts.was_tried(RESTART_SERVICE) {
            let summary = format!("replace all replicas of `{}`, one after the other", self.incident.service);
            self.add(Action::RestartService, summary);
        }
    }

    fn scale(&mut self, replicas: u32, summary: &str) {
        if !self.facts.was_tried(SCALE) {
            self.add(Action::Scale(replicas), summary.to_owned());
        }
    }

    fn roll_back(&mut self, is_new: bool) {
        if is_new && !self.facts.was_tried(ROLL_BACK) {
            self.add(Action::RollBack, "go back to the version before: this one is new".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "version-age: 60\nkept: 1";
    const OLD: &str = "version-age: 90000\nkept: 1";

    /// What is proposed, in words of the contract.
    fn actions(kind: IncidentKind, replica: Option<&str>, facts: &str) -> Vec<String> {
        let incident = Incident {
            environment: "production".to_owned(),
            service: "shop".to_owned(),
            replica: replica.map(str::to_owned),
            kind,
            evidence: format!("it is not well\nreplicas: 3\n{facts}"),
        };
        let treatments = plan(&incident, &Facts::of(&incident.evidence), &Settings::default());
        let word = |action: &Action| match action {
            Action::RestartReplica(name) => format!("{RESTART_REPLICA} {name}"),
            Action::RestartService => RESTART_SERVICE.to_owned(),
            Action::Scale(replicas) => format!("{SCALE} {replicas}"),
            Action::RollBack => ROLL_BACK.to_owned(),
            Action::Write(_) | Action::Delete(_) => "a file".to_owned(),
        };
        treatments.iter().flat_map(|treatment| treatment.actions.iter().map(word)).collect()
    }

    #[test]
    fn one_replica_that_does_not_answer_is_replaced_and_a_new_version_of_which_none_does_is_gone_back_from() {
        let kind = IncidentKind::Unreachable;
        assert_eq!(actions(kind, Some("a"), NEW), ["restart-replica a"]);
        assert_eq!(actions(kind, Some("a"), &format!("alike: 3\n{NEW}")), ["roll-back", "restart-replica a"]);
        assert_eq!(actions(kind, Some("a"), &format!("alike: 3\n{OLD}")), ["restart-replica a"]);
        assert_eq!(actions(kind, Some("a"), &format!("tried: restart-replica\n{NEW}")), ["roll-back"]);
        assert!(actions(kind, Some("a"), &format!("tried: restart-replica\n{OLD}")).is_empty());
        assert_eq!(actions(kind, None, NEW), ["scale 3"]);
    }

    #[test]
    fn a_crash_loop_of_a_new_version_is_gone_back_from_and_of_an_old_one_gets_a_fresh_replica() {
        assert_eq!(actions(IncidentKind::CrashLoop, Some("a"), NEW), ["roll-back", "restart-replica a"]);
        assert_eq!(actions(IncidentKind::CrashLoop, Some("a"), OLD), ["restart-replica a"]);
        assert!(actions(IncidentKind::CrashLoop, Some("a"), "tried: restart-replica").is_empty());
        // There is nothing to go back to.
        assert_eq!(actions(IncidentKind::CrashLoop, Some("a"), "version-age: 60"), ["restart-replica a"]);
    }

    #[test]
    fn a_leak_is_recycled_again_and_again() {
        assert_eq!(actions(IncidentKind::MemoryLeak, Some("a"), NEW), ["restart-replica a"]);
        assert_eq!(actions(IncidentKind::MemoryLeak, Some("a"), "tried: restart-replica"), ["restart-replica a"]);
    }

    #[test]
    fn errors_and_slowness_are_the_versions_fault_while_it_is_new_and_a_busy_service_gets_a_replica() {
        assert_eq!(actions(IncidentKind::ErrorRate, Some("a"), NEW), ["restart-replica a"]);
        assert_eq!(actions(IncidentKind::ErrorRate, None, NEW), ["roll-back", "restart-service"]);
        assert_eq!(actions(IncidentKind::ErrorRate, None, OLD), ["restart-service"]);
        assert_eq!(actions(IncidentKind::Latency, None, "cpu: 95"), ["scale 4", "restart-service"]);
        assert_eq!(actions(IncidentKind::Latency, None, "cpu: 20"), ["restart-service"]);
        assert_eq!(
            actions(IncidentKind::Latency, None, &format!("cpu: 95\n{NEW}")),
            ["roll-back", "scale 4", "restart-service"]
        );
    }
}
