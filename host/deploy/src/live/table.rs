//! The proxy's table, made of releases and their replicas.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use sdlc_docker::Replica;
use sdlc_model::service::{self, Release};
use sdlc_proxy::control::{Health, Probe, Slot, SlotStatus, Status, Sticky, Table, Target};

/// A release with the replicas that may get requests.
pub(super) struct Member<'a> {
    pub(super) release: &'a Release,
    pub(super) share: u32,
    targets: Vec<Target>,
}

impl<'a> Member<'a> {
    /// With replicas of the engine.
    pub(super) fn new(release: &'a Release, share: u32, replicas: impl Iterator<Item = &'a Replica>) -> Self {
        let target = |replica: &Replica| {
            let address = SocketAddr::new(IpAddr::V4(replica.address?), release.service.port);
            Some(Target { id: replica.name.clone(), address })
        };
        Self { release, share, targets: replicas.filter_map(target).collect() }
    }

    /// With those that the proxy has.
    pub(super) fn again(release: &'a Release, share: u32, slot: &SlotStatus) -> Self {
        let targets = slot.targets.iter();
        let targets = targets.map(|target| Target { id: target.id.clone(), address: target.address }).collect();
        Self { release, share, targets }
    }
}

/// What the proxy calls a release: two of one version are not the same.
pub(super) fn version(release: &Release) -> String {
    format!("{}+{}", release.version, release.id)
}

pub(super) fn table(revision: u64, members: Vec<Member<'_>>) -> Table {
    let sticky = members.iter().find_map(|member| member.release.service.sticky.clone());
    Table {
        revision,
        sticky: sticky.map(|cookie| Sticky { cookie }),
        retries: None,
        slots: members.into_iter().map(slot).collect(),
    }
}

fn slot(member: Member<'_>) -> Slot {
    let service = &member.release.service;
    Slot {
        name: member.release.colour.as_str().to_owned(),
        version: version(member.release),
        share: member.share,
        targets: member.targets,
        health: health(&service.health),
    }
}

fn health(health: &service::Health) -> Health {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Health {
        probe: match &health.probe {
            service::Probe::Http { path, status, body, slowest } => Probe::Http {
                path: path.clone(),
                status: status.clone(),
                body: body.clone(),
                host: None,
                slowest_ms: slowest.map(milliseconds),
            },
            service::Probe::Tcp => Probe::Tcp,
            service::Probe::Image => Probe::None,
        },
        interval_ms: milliseconds(health.interval),
        timeout_ms: milliseconds(health.timeout),
        healthy_after: health.healthy_after,
        unhealthy_after: health.unhealthy_after,
        start_period_ms: milliseconds(health.start_period),
    }
}

/// Whether the proxy routes by this table already, but for its revision.
pub(super) fn is_in_force(status: &Status, table: &Table) -> bool {
    status.slots.len() == table.slots.len()
        && status.slots.iter().zip(&table.slots).all(|(now, wanted)| {
            let targets = now.targets.iter().map(|target| (&target.id, target.address));
            now.name == wanted.name
                && now.version == wanted.version
                && now.share == wanted.share
                && targets.eq(wanted.targets.iter().map(|target| (&target.id, target.address)))
        })
}
