use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use sdlc_proxy::control::{Health, Probe};

use crate::{
    harness::Proxy,
    targets::{Raw, Target, health, http, said, slot, table},
};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_a_request_waits_for_the_first_probe_and_dead_targets_get_none() {
    let (alive, dead) = (Target::start("alive").await, Target::start("dead").await);
    let mut one = slot("main", 100, &[&alive, &dead], http("/health"));
    // Two successes would take a minute.
    one.health = Health { healthy_after: 2, ..one.health };
    let proxy = Proxy::applied(table(7, vec![one.clone()])).await;
    one.health.interval_ms = 60_000;
    proxy.apply(table(8, vec![one])).await;
    let directory = proxy.end().await;
    drop(dead);
    let proxy = Proxy::again(directory, |_| ()).await;
    let mut browser = proxy.browser().await;
    for _ in 0..20 {
        assert_eq!(browser.get("/").await, (200, "alive".to_owned()));
    }
    let status = proxy.client.status().await.unwrap();
    assert_eq!((status.revision, status.slots[0].targets[1].requests), (8, 0));
    assert!(!status.slots[0].targets[1].healthy);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_was_said_to_be_healthy_is_probed_after_a_restart() {
    let (alive, dead) = (Target::start("alive").await, Target::start("dead").await);
    let mut slot = said("main", 100, alive.address);
    slot.targets.push(dead.target());
    let directory = Proxy::applied(table(1, vec![slot])).await.end().await;
    drop(dead);
    let proxy = Proxy::again(directory, |_| ()).await;
    let mut browser = proxy.browser().await;
    for _ in 0..20 {
        assert_eq!(browser.get("/").await, (200, "alive".to_owned()));
    }
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_comes_back_is_found_again() {
    let target = Target::start("app").await;
    let proxy = Proxy::applied(table(1, vec![slot("main", 100, &[&target], Probe::Tcp)])).await;
    let address = target.address;
    drop(target);
    proxy.until("a dead target", |status| !status.slots[0].targets[0].healthy).await;
    let _back = Target::at("back", address).await;
    proxy.until("a healthy target", |status| status.slots[0].targets[0].healthy_for_ms.is_some()).await;
    assert_eq!(proxy.get("/").await, (200, "back".to_owned()));
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_never_answers_a_probe_gets_no_request_and_says_why() {
    let silent = Raw::start(async |_, stream| {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(stream);
    });
    let silent = silent.await;
    let proxy = Proxy::start().await;
    let mut one = said("main", 100, silent.address);
    one.health = Health { timeout_ms: 20, ..health(http("/health")) };
    proxy.client.apply(0, table(1, vec![one])).await.unwrap();
    proxy.until("a reason", |status| status.slots[0].targets[0].reason.as_deref() == Some("no answer in 20 ms")).await;
    assert_eq!(proxy.get("/").await.0, 503);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_a_probe_must_be_as_wanted() {
    let target = Target::start("app").await;
    let proxy = Proxy::start().await;
    let probe = |status: &[u16], body: Option<&str>, slowest_ms| Probe::Http {
        path: "/health".to_owned(),
        status: status.to_vec(),
        body: body.map(str::to_owned),
        host: Some("inner.example".to_owned()),
        slowest_ms,
    };
    let cases = [
        (probe(&[], None, None), None),
        (probe(&[200], Some("app is here"), Some(60_000)), None),
        (probe(&[204], None, None), Some("status 200")),
        (probe(&[], Some("app is gone"), None), Some("the body does not contain `app is gone`")),
        (http("/500"), Some("status 500")),
    ];
    for (revision, (probe, reason)) in (0..).zip(cases) {
        let mut slot = slot("main", 100, &[&target], probe);
        // Another target each time, that nothing is known of.
        slot.targets[0].id = format!("target-{revision}");
        proxy.client.apply(revision, table(revision + 1, vec![slot])).await.unwrap();
        let judged = |status: &sdlc_proxy::control::Status| match reason {
            None => status.slots[0].targets[0].healthy,
            Some(reason) => status.slots[0].targets[0].reason.as_deref() == Some(reason),
        };
        proxy.until(reason.unwrap_or("health"), judged).await;
    }
    assert!(!target.seen.sick.load(SeqCst));
    proxy.end().await;
}
