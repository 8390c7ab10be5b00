//! What the tests share: components, clients, a real registry, a server that does what a test wants.

pub(crate) mod certificates;
pub(crate) mod registry;
pub(crate) mod server;

use std::{collections::BTreeMap, time::Duration, time::SystemTime};

use sdlc_registry::{
    client::{Client, Publication},
    options::Options,
    reference::Reference,
};

/// An import and an export of an instance, and a custom section so that components differ.
pub(crate) fn component(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\x00\x01\x00".to_vec();
    let mut section = |id: u8, content: &[u8]| {
        bytes.push(id);
        leb(&mut bytes, content.len());
        bytes.extend_from_slice(content);
    };
    section(7, &[1, 0x42, 0]);
    section(10, &[&[1, 0, 13], &b"wasi:cli/exit"[..], &[5, 0]].concat());
    section(11, &[&[1, 0, 11], &b"acme:gate/x"[..], &[5, 0, 0]].concat());
    section(0, &[&[4], &b"test"[..], content].concat());
    bytes
}

fn leb(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Nothing of this machine, and no long pauses.
pub(crate) fn options() -> Options {
    Options {
        certificates: "/nonexistent".into(),
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(30),
        pause: Duration::from_millis(1),
        ..Options::default()
    }
}

pub(crate) fn client() -> Client {
    Client::new(options()).unwrap()
}

pub(crate) fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

pub(crate) fn publication(component: &[u8]) -> Publication<'_> {
    Publication { component, annotations: BTreeMap::new(), created: SystemTime::UNIX_EPOCH, force: false }
}
