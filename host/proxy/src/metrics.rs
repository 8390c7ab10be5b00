//! [`serve`]: the counters as text for Prometheus.

use std::sync::Arc;

use tokio::net::TcpListener;

use crate::{
    control::{SlotStatus, TargetStatus},
    exposition::{self, Text},
    shared::Shared,
};

/// Until the proxy ends.
pub(crate) async fn serve(shared: Arc<Shared>, listener: Arc<TcpListener>) {
    let ending = shared.ending.clone();
    exposition::serve(listener, ending, Arc::new(move || text(&shared))).await;
}

fn text(shared: &Shared) -> String {
    let (mut text, (slots, _)) = (Text::new("sdlc_proxy_"), shared.routes.status());
    let series = shared.routes.series();
    text.family("requests_total", "counter", "Requests sent to targets, by status; `none` where there was no answer.");
    for (slot, version, series) in &series {
        for (status, count) in series.by_status() {
            let code = status.map_or("none".to_owned(), |status| status.to_string());
            text.sample("requests_total", &[("slot", slot), ("version", version), ("code", &code)], count);
        }
    }
    text.family("request_duration_seconds", "histogram", "Time to the head of the answer.");
    for (slot, version, series) in &series {
        let labels = [("slot", &**slot), ("version", version.as_str())];
        let mut below = 0;
        for (bound, count) in series.counters().histogram {
            below += count;
            let bound = if bound == u64::MAX { "+Inf".to_owned() } else { seconds(bound) };
            let [slot, version] = labels;
            text.sample("request_duration_seconds_bucket", &[slot, version, ("le", &bound)], below);
        }
        text.sample("request_duration_seconds_sum", &labels, series.seconds());
        text.sample("request_duration_seconds_count", &labels, below);
    }
    targets(&mut text, "in_flight", "Requests that have not ended.", &slots, |target| target.in_flight);
    targets(&mut text, "target_healthy", "Whether a target gets requests.", &slots, |target| target.healthy.into());
    text.text
}

/// Microseconds in seconds, without what binary fractions add.
fn seconds(microseconds: u64) -> String {
    format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000)
}

fn targets(text: &mut Text, name: &str, help: &str, slots: &[SlotStatus], value: fn(&TargetStatus) -> u64) {
    text.family(name, "gauge", help);
    for slot in slots {
        for target in &slot.targets {
            let labels = [("slot", slot.name.as_str()), ("version", &slot.version), ("target", &target.id)];
            text.sample(name, &labels, value(target));
        }
    }
}
