//! [`check`]: whether a table makes sense.

use std::collections::HashSet;

use hyper::Uri;

use crate::control::{Health, Probe, Slot, Table};

/// Says what is wrong with a table.
pub(crate) fn check(table: &Table) -> Result<(), String> {
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for slot in &table.slots {
        check_slot(slot)?;
        if !names.insert(&slot.name) {
            return Err(format!("two slots are named `{}`", slot.name));
        }
        if let Some(twice) = slot.targets.iter().find(|target| !ids.insert(&target.id)) {
            return Err(format!("the target `{}` is there twice", twice.id));
        }
    }
    let shares: u64 = table.slots.iter().map(|slot| u64::from(slot.share)).sum();
    if shares != 0 && shares != 100 {
        return Err(format!("the shares of the slots add up to {shares} and not to 100"));
    }
    if table.sticky.as_ref().is_some_and(|sticky| !is_word(&sticky.cookie)) {
        return Err("the name of a cookie is of letters, digits, `-`, `_` and `.`".to_owned());
    }
    Ok(())
}

fn check_slot(slot: &Slot) -> Result<(), String> {
    let name = &slot.name;
    if !is_word(name) {
        return Err(format!("`{name}` is not a name of a slot, which is of letters, digits, `-`, `_` and `.`"));
    }
    if slot.targets.iter().any(|target| target.id.is_empty() || target.address.port() == 0) {
        return Err(format!("a target of `{name}` has no identifier or no port"));
    }
    check_health(&slot.health).map_err(|reason| format!("the health of `{name}`: {reason}"))
}

fn check_health(health: &Health) -> Result<(), String> {
    for (number, what) in [
        (health.interval_ms, "`interval-ms`"),
        (health.timeout_ms, "`timeout-ms`"),
        (health.healthy_after.into(), "`healthy-after`"),
        (health.unhealthy_after.into(), "`unhealthy-after`"),
    ] {
        if number == 0 {
            return Err(format!("{what} is 0"));
        }
    }
    let Probe::Http { path, host, .. } = &health.probe else { return Ok(()) };
    if !path.starts_with('/') || path.parse::<Uri>().is_err() {
        return Err(format!("`{path}` is not a path from `/` on"));
    }
    match host {
        Some(host) if hyper::header::HeaderValue::from_str(host).is_err() => Err(format!("`{host}` is not a host")),
        _ => Ok(()),
    }
}

/// What can stand in a cookie, a label and a message without quotes.
fn is_word(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.len() <= 128 && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Sticky, Target};

    fn table(shares: &[u32]) -> Table {
        let health = Health {
            probe: Probe::Tcp,
            interval_ms: 1,
            timeout_ms: 1,
            healthy_after: 1,
            unhealthy_after: 1,
            start_period_ms: 0,
        };
        let slot = |(number, share): (usize, &u32)| Slot {
            name: format!("slot-{number}"),
            version: "1".to_owned(),
            share: *share,
            targets: vec![Target { id: format!("target-{number}"), address: ([127, 0, 0, 1], 80).into() }],
            health: health.clone(),
        };
        Table { revision: 1, slots: shares.iter().enumerate().map(slot).collect(), ..Table::default() }
    }

    #[test]
    fn shares_add_up_to_100_or_nobody_has_any() {
        for shares in [&[][..], &[0], &[100], &[90, 10], &[0, 100]] {
            assert_eq!(check(&table(shares)), Ok(()), "{shares:?}");
        }
        for shares in [&[99][..], &[50, 51], &[u32::MAX, 101]] {
            assert!(check(&table(shares)).unwrap_err().contains("add up to"), "{shares:?}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        #[track_caller]
        fn wrong(change: fn(&mut Table), message: &str) {
            let mut table = table(&[90, 10]);
            change(&mut table);
            let told = check(&table).unwrap_err();
            assert!(told.contains(message), "{told}");
        }
        wrong(|table| table.slots[1].name = "slot-0".to_owned(), "two slots are named `slot-0`");
        wrong(|table| table.slots[1].name = "a;b".to_owned(), "`a;b` is not a name");
        wrong(|table| table.slots[1].targets[0].id = "target-0".to_owned(), "`target-0` is there twice");
        wrong(|table| table.slots[1].targets[0].address.set_port(0), "no port");
        wrong(|table| table.slots[1].health.interval_ms = 0, "`interval-ms` is 0");
        wrong(|table| table.sticky = Some(Sticky { cookie: "a b".to_owned() }), "cookie");
        wrong(
            |table| {
                table.slots[0].health.probe =
                    Probe::Http { path: "x".to_owned(), status: vec![], body: None, host: None, slowest_ms: None };
            },
            "`x` is not a path",
        );
    }
}
