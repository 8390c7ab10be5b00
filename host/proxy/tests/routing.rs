use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};

use sdlc_proxy::control::Sticky;

use crate::{
    harness::{Browser, Proxy, eventually},
    targets::{Target, http, slot, table},
};

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_the_table_is_switched_a_hundred_times() {
    let (blue, green) = (Target::start("blue").await, Target::start("green").await);
    let switched = |revision: u64| {
        let (name, target) = if revision.is_multiple_of(2) { ("blue", &blue) } else { ("green", &green) };
        table(revision, vec![slot(name, 100, &[target], http("/health"))])
    };
    let proxy = Proxy::applied(switched(2)).await;
    let (done, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..50)
        .map(|number| {
            let (address, done, answered) = (proxy.address, Arc::clone(&done), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut browser = Browser::connect(address).await;
                while !done.load(SeqCst) {
                    let path = if number % 5 == 0 { "/slow" } else { "/" };
                    let (status, body) = browser.get(path).await;
                    assert_eq!(status, 200, "{body}");
                    answered.fetch_add(1, SeqCst);
                }
                browser.connections
            })
        })
        .collect();
    for revision in 3..103 {
        // The new side is healthy before it gets anything, as a deployment would do it.
        let before = answered.load(SeqCst);
        let (name, target) = if revision % 2 == 0 { ("blue", &blue) } else { ("green", &green) };
        let (old_name, old) = if revision % 2 == 0 { ("green", &green) } else { ("blue", &blue) };
        let both = vec![slot(old_name, 100, &[old], http("/health")), slot(name, 0, &[target], http("/health"))];
        proxy.apply(table(2 * revision, both)).await;
        let only = table(2 * revision + 1, vec![slot(name, 100, &[target], http("/health"))]);
        proxy.apply(only).await;
        eventually("more answers", async || (answered.load(SeqCst) >= before + 50).then_some(())).await;
    }
    done.store(true, SeqCst);
    for client in clients {
        assert_eq!(client.await.unwrap(), 1, "the connection of a client was closed");
    }
    assert!(answered.load(SeqCst) >= 5_000 && blue.requests() > 1_000 && green.requests() > 1_000);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_are_exact_and_targets_of_a_slot_take_turns() {
    let targets = [Target::start("a").await, Target::start("b").await, Target::start("c").await];
    let [a, b, c] = &targets;
    let slots = vec![slot("main", 93, &[a, b], http("/health")), slot("canary", 7, &[c], http("/health"))];
    let proxy = Proxy::applied(table(1, slots)).await;
    let mut browser = proxy.browser().await;
    for hundred in 1..=3 {
        for _ in 0..100 {
            assert_eq!(browser.get("/").await.0, 200);
        }
        assert_eq!(c.requests(), 7 * hundred);
        assert_eq!(a.requests() + b.requests(), 93 * hundred);
        assert!(a.requests().abs_diff(b.requests()) <= 1);
    }
    let status = proxy.client.status().await.unwrap();
    assert_eq!((status.slots[0].total.requests, status.slots[1].window.requests), (279, 21));
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_with_the_fewest_in_flight_is_next() {
    let (a, b) = (Target::start("a").await, Target::start("b").await);
    let proxy = Proxy::applied(table(1, vec![slot("main", 100, &[&a, &b], http("/health"))])).await;
    let (mut one, mut two) = (proxy.browser().await, proxy.browser().await);
    let waiting = tokio::spawn(async move { one.get("/wait").await });
    let all = || a.seen.waiting.load(SeqCst) + b.seen.waiting.load(SeqCst);
    eventually("a request in flight", async || (all() == 1).then_some(())).await;
    let (busy, idle) = if a.seen.waiting.load(SeqCst) == 1 { (&a, &b) } else { (&b, &a) };
    for _ in 0..20 {
        assert_eq!(two.get("/").await, (200, idle.name.to_owned()));
    }
    busy.seen.go.notify_one();
    assert_eq!(waiting.await.unwrap().1, busy.name);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_left_the_table_ends_what_it_has_and_gets_no_more() {
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    let proxy = Proxy::applied(table(1, vec![slot("old", 100, &[&old], http("/health"))])).await;
    let (mut one, mut two) = (proxy.browser().await, proxy.browser().await);
    let waiting = tokio::spawn(async move { one.get("/wait").await });
    eventually("a request in flight", async || (old.seen.waiting.load(SeqCst) == 1).then_some(())).await;
    proxy.apply(table(2, vec![slot("new", 100, &[&new], http("/health"))])).await;
    for _ in 0..20 {
        assert_eq!(two.get("/").await, (200, "new".to_owned()));
    }
    let status = proxy.client.status().await.unwrap();
    assert_eq!((status.draining.len(), status.draining[0].in_flight), (1, 1));
    assert_eq!(status.draining[0].id, "old");
    old.seen.go.notify_one();
    assert_eq!(waiting.await.unwrap(), (200, "old".to_owned()));
    proxy.until("an end of draining", |status| status.draining.is_empty()).await;
    assert_eq!(old.requests(), 1);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_part_of_a_slot_without_healthy_targets_goes_to_the_others() {
    let (a, b) = (Target::start("a").await, Target::start("b").await);
    let slots = vec![slot("a", 50, &[&a], http("/health")), slot("b", 50, &[&b], http("/health"))];
    let proxy = Proxy::applied(table(1, slots)).await;
    a.seen.sick.store(true, SeqCst);
    proxy.until("a sick target", |status| !status.slots[0].targets[0].healthy).await;
    let mut browser = proxy.browser().await;
    for _ in 0..20 {
        assert_eq!(browser.get("/").await, (200, "b".to_owned()));
    }
    b.seen.sick.store(true, SeqCst);
    let status = proxy.until("another one", |status| !status.slots[1].targets[0].healthy).await;
    assert_eq!(status.slots[1].targets[0].reason.as_deref(), Some("status 503"));
    let request = hyper::Request::get("/").header("host", "a").body(http_body_util::Full::default()).unwrap();
    let response = browser.send(request).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "1"));
    a.seen.sick.store(false, SeqCst);
    proxy.until("a healthy target", |status| status.slots[0].targets[0].healthy).await;
    assert_eq!(proxy.get("/").await, (200, "a".to_owned()));
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_the_cookie_stays_with_its_slot_until_that_has_no_share() {
    let (a, b) = (Target::start("a").await, Target::start("b").await);
    let slots =
        |a_share| vec![slot("a", a_share, &[&a], http("/health")), slot("b", 100 - a_share, &[&b], http("/health"))];
    let sticky = Some(Sticky { cookie: "slot".to_owned() });
    let proxy = Proxy::applied(sdlc_proxy::control::Table { sticky: sticky.clone(), ..table(1, slots(50)) }).await;
    let mut browser = proxy.browser().await;
    let mut by_slot = HashMap::new();
    for _ in 0..2 {
        let request = hyper::Request::get("/").header("host", "a").body(http_body_util::Full::default()).unwrap();
        let response = browser.send(request).await.unwrap();
        let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
        let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
        by_slot.insert(String::from_utf8(body.to_vec()).unwrap(), cookie);
    }
    assert_eq!(by_slot["a"], "slot=a; Path=/; HttpOnly; SameSite=Lax");
    assert!(by_slot["b"].starts_with("slot=b;"));
    browser.headers.insert("cookie", "x=y; slot=a".parse().unwrap());
    for _ in 0..10 {
        assert_eq!(browser.get("/").await.1, "a");
    }
    proxy.apply(sdlc_proxy::control::Table { sticky, ..table(2, slots(0)) }).await;
    assert_eq!(browser.get("/").await.1, "b");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_of_a_slot_begins_again_when_its_share_changes() {
    let (a, b) = (Target::start("a").await, Target::start("b").await);
    let slots = |share| vec![slot("a", share, &[&a], http("/health")), slot("b", 100 - share, &[&b], http("/health"))];
    let proxy = Proxy::applied(table(1, slots(100))).await;
    let mut browser = proxy.browser().await;
    browser.get("/500").await;
    browser.get("/").await;
    proxy.apply(table(2, slots(100))).await;
    let status = proxy.client.status().await.unwrap();
    assert_eq!((status.slots[0].window.requests, status.slots[0].window.errors), (2, 1));
    proxy.apply(table(3, slots(90))).await;
    let status = proxy.client.status().await.unwrap();
    assert_eq!((status.slots[0].window.requests, status.slots[0].total.requests), (0, 2));
    assert_eq!((status.slots[0].targets[0].requests, status.slots[0].targets[0].errors), (2, 1));
    proxy.end().await;
}
