//! How fast the number of replicas may change: `behavior` of a HorizontalPodAutoscaler, with its defaults.
//! <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior>

use schemars::JsonSchema;
use sdlc_sdk::Problem;
use serde::Deserialize;

/// Kubernetes allows no longer ones.
const LONGEST_WINDOW: u64 = 3_600_000;
const LONGEST_PERIOD: u64 = 1_800_000;

/// How fast the number may change in one direction. Times are texts such as `15s`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawRules {
    /// The safest of what was found within this time is taken. Default: 0s up, 300s down.
    pub stabilization: Option<String>,
    /// How much may change. Default: up 4 replicas or 100 % in 15s, down 100 % in 15s.
    pub policies: Option<Vec<RawPolicy>>,
    /// Which of the policies counts: the one that allows the most (`max`), the least (`min`), or none, so that nothing changes
    /// in this direction (`disabled`). Default: `max`.
    pub select: Select,
}

/// How much may change within a time: `replicas` or `percent`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPolicy {
    /// So many replicas.
    #[serde(default)]
    pub replicas: Option<u32>,
    /// So many per cent of those that there were when the time began.
    #[serde(default)]
    pub percent: Option<u32>,
    /// The time.
    pub period: String,
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Select {
    /// The one that allows the most.
    #[default]
    Max,
    /// The one that allows the least.
    Min,
    /// Nothing changes in this direction.
    Disabled,
}

/// Rules that were found to make sense. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The safest of what was found within this time is taken.
    pub stabilization: u64,
    /// How much may change.
    pub policies: Vec<Policy>,
    /// Which of them counts.
    pub select: Select,
}

/// How much may change within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How much.
    pub amount: Amount,
    /// The time.
    pub period: u64,
}

/// How much may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Replicas(u32),
    /// Of those that there were.
    Percent(u32),
}

impl Rules {
    /// Adding replicas, by default: at once, 4 or as many as there are in 15 s.
    pub fn up() -> Self {
        let policy = |amount| Policy { amount, period: 15_000 };
        let policies = vec![policy(Amount::Replicas(4)), policy(Amount::Percent(100))];
        Self { stabilization: 0, policies, select: Select::Max }
    }

    /// Removing replicas, by default: what five minutes did not need.
    pub fn down() -> Self {
        let policies = vec![Policy { amount: Amount::Percent(100), period: 15_000 }];
        Self { stabilization: 300_000, policies, select: Select::Max }
    }

    /// What is typed, over the defaults.
    pub fn read(self, key: &str, raw: &RawRules, problems: &mut Vec<Problem>) -> Self {
        let at = |name: &str| format!("{key}.{name}");
        let stabilization = raw
            .stabilization
            .as_ref()
            .map_or(self.stabilization, |text| duration(&at("stabilization"), text, 0..=LONGEST_WINDOW, problems));
        let policies = raw.policies.as_ref().map_or(self.policies, |policies| {
            if policies.is_empty() {
                problems.push(Problem::new(&at("policies"), "must not be empty; hint: `select = \"disabled\"`"));
            }
            let each = policies.iter().enumerate();
            each.filter_map(|(index, policy)| read_policy(&at(&format!("policies.{index}")), policy, problems))
                .collect()
        });
        Self { stabilization, policies, select: raw.select }
    }

    /// The most that there may be, where `current` are now, of which so many were added and removed within a time.
    pub fn most(&self, current: u32, changed: impl Fn(u64) -> (u32, u32)) -> u32 {
        let limits = self.policies.iter().map(|policy| {
            let (added, removed) = changed(policy.period);
            let start = current.saturating_sub(added).saturating_add(removed);
            match policy.amount {
                Amount::Replicas(replicas) => start.saturating_add(replicas),
                Amount::Percent(percent) => (f64::from(start) * (1.0 + f64::from(percent) / 100.0)).ceil() as u32,
            }
        });
        let limit = match self.select {
            Select::Max => limits.max(),
            Select::Min => limits.min(),
            Select::Disabled => None,
        };
        limit.unwrap_or(current).max(current)
    }

    /// The fewest that there may be.
    pub fn fewest(&self, current: u32, changed: impl Fn(u64) -> (u32, u32)) -> u32 {
        let limits = self.policies.iter().map(|policy| {
            let (added, removed) = changed(policy.period);
            let start = current.saturating_sub(added).saturating_add(removed);
            match policy.amount {
                Amount::Replicas(replicas) => start.saturating_sub(replicas),
                // Rounded down: of 72, 10 % are 8.
                Amount::Percent(percent) => (f64::from(start) * (1.0 - f64::from(percent) / 100.0)).max(0.0) as u32,
            }
        });
        let limit = match self.select {
            Select::Max => limits.min(),
            Select::Min => limits.max(),
            Select::Disabled => None,
        };
        limit.unwrap_or(current).min(current)
    }
}

fn read_policy(key: &str, raw: &RawPolicy, problems: &mut Vec<Problem>) -> Option<Policy> {
    let period = duration(&format!("{key}.period"), &raw.period, 1..=LONGEST_PERIOD, problems);
    let amount = match (raw.replicas, raw.percent) {
        (Some(replicas), None) if replicas > 0 => Amount::Replicas(replicas),
        (None, Some(percent)) if percent > 0 => Amount::Percent(percent),
        _ => {
            problems.push(Problem::new(key, "must have one of `replicas` and `percent`, above 0"));
            return None;
        }
    };
    Some(Policy { amount, period })
}

/// Milliseconds.
fn duration(key: &str, text: &str, within: std::ops::RangeInclusive<u64>, problems: &mut Vec<Problem>) -> u64 {
    let parsed = humantime::parse_duration(text).ok().and_then(|time| u64::try_from(time.as_millis()).ok());
    match parsed.filter(|time| within.contains(time)) {
        Some(time) => time,
        None => {
            let minutes = within.end() / 60_000;
            let message = format!("`{text}` is no time of up to {minutes} minutes; hint: such as `15s` or `5m`");
            problems.push(Problem::new(key, message));
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(amount: Amount, period: u64) -> Policy {
        Policy { amount, period }
    }

    /// "if there are 80 replicas and the target has to be scaled down to 10 replicas then during the first step 8 replicas will
    /// be reduced. In the next iteration when the number of replicas is 72, 10% of the pods is 7.2 but the number is rounded up
    /// to 8. [...] When the number of replicas falls below 40 the first policy (Pods) is applied and 4 replicas will be reduced
    /// at a time."
    #[test]
    fn eighty_replicas_go_down_by_eight_and_below_forty_by_four() {
        let policies = vec![policy(Amount::Replicas(4), 60_000), policy(Amount::Percent(10), 60_000)];
        let mut rules = Rules { stabilization: 0, policies, select: Select::Max };
        let fewest = |rules: &Rules, current| rules.fewest(current, |_| (0, 0));
        assert_eq!([80, 72, 64, 39, 12].map(|current| fewest(&rules, current)), [72, 64, 57, 35, 8]);
        // "`Min` means that the autoscaler chooses the policy that affects the smallest number of Pods"
        rules.select = Select::Min;
        assert_eq!([80, 20].map(|current| fewest(&rules, current)), [76, 18]);
        // "`Disabled` turns off scaling the given direction"
        rules.select = Select::Disabled;
        assert_eq!(fewest(&rules, 80), 80);
    }

    /// "4 pods or a 100% of the currently running replicas will be added every 15 seconds"
    #[test]
    fn four_or_as_many_as_there_are_are_added_in_fifteen_seconds() {
        let rules = Rules::up();
        assert_eq!([1, 3, 4, 10].map(|current| rules.most(current, |_| (0, 0))), [5, 7, 8, 20]);
        assert_eq!(rules.most(5, |_| (4, 0)), 5, "what was added within the time counts");
        assert_eq!(Rules::down().fewest(50, |_| (0, 0)), 0);
    }

    #[test]
    fn wrong_rules_are_told_by_their_keys() {
        let raw = RawRules {
            stabilization: Some("2h".to_owned()),
            policies: Some(vec![
                RawPolicy { replicas: Some(1), percent: Some(2), period: "15s".to_owned() },
                RawPolicy { replicas: Some(1), percent: None, period: "soon".to_owned() },
            ]),
            select: Select::Max,
        };
        let mut problems = Vec::new();
        Rules::up().read("scale-up", &raw, &mut problems);
        let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["scale-up.stabilization", "scale-up.policies.0", "scale-up.policies.1.period"]);
    }
}
