//! [`Figures`]: how deployments of an environment go, by the four keys of DORA (Forsgren, Humble, Kim: Accelerate, 2018), as
//! far as a journal knows them.

use std::fmt;

use sdlc_deploy::journal::{
    Purpose,
    state::{Deployment, DeploymentResult},
};
use serde_json::{Value, json};

/// How deployments of an environment go. Shares are 0 to 1, times are in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Deployments that are over, rollbacks not among them.
    pub(crate) deployments: usize,
    /// Share of them that became live.
    pub(crate) success_rate: Option<f64>,
    /// Mean time from the beginning of one that became live until it did.
    pub(crate) time_to_deploy: Option<f64>,
    /// Mean time until a version before was live again: of those that went back by themselves, from the decision on; of
    /// rollbacks, from the command on.
    pub(crate) time_to_restore: Option<f64>,
    /// Share of deployments that went back, by themselves or by a rollback as the next thing.
    pub(crate) change_failure_rate: Option<f64>,
}

impl Figures {
    pub(crate) fn of(all: &[Deployment]) -> Self {
        let over = |deployment: &&Deployment| deployment.result != DeploymentResult::UnderWay;
        let of = |purpose| all.iter().filter(over).filter(move |deployment| deployment.purpose == purpose);
        let live = |deployment: &&Deployment| deployment.result == DeploymentResult::Promoted;
        let took = |deployment: &Deployment| Some(deployment.ended?.saturating_sub(deployment.began) as f64);
        let back = all.iter().filter_map(|deployment| match deployment.result {
            DeploymentResult::RolledBack { restored_in, .. } => Some(restored_in as f64),
            _ => None,
        });
        let restores = of(Purpose::Restore).filter(live);
        let undone = all.windows(2).filter(|pair| match pair {
            [first, second] => live(&first) && first.purpose == Purpose::Deploy && second.purpose == Purpose::Restore,
            _ => false,
        });
        let deployments = of(Purpose::Deploy).count();
        let rate = |count: usize| (deployments > 0).then(|| count as f64 / deployments as f64);
        let promoted = of(Purpose::Deploy).filter(live).count();
        Self {
            deployments,
            success_rate: rate(promoted),
            time_to_deploy: mean(of(Purpose::Deploy).filter(live).filter_map(took)),
            time_to_restore: mean(back.chain(restores.filter_map(took))),
            change_failure_rate: rate((deployments - promoted) + undone.count()),
        }
    }

    pub(crate) fn as_json(self) -> Value {
        json!({
            "deployments": self.deployments,
            "success-rate": self.success_rate,
            "mean-time-to-deploy-ms": self.time_to_deploy,
            "mean-time-to-restore-ms": self.time_to_restore,
            "change-failure-rate": self.change_failure_rate,
        })
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share =
            |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", share * 100.0));
        let time = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), |time| format!("{:.1} s", time / 1000.0));
        write!(
            f,
            "{} deployments: {} became live, in {} on average; {} were gone back from, restored in {}",
            self.deployments,
            share(self.success_rate),
            time(self.time_to_deploy),
            share(self.change_failure_rate),
            time(self.time_to_restore)
        )
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}
