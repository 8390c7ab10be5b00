//! Any text as a reference, an address or a digest: what is read reads back as it is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_registry::{digest::Digest, location::Location, reference::Reference};

fuzz_target!(|text: &str| {
    if let Ok(reference) = text.parse::<Reference>() {
        assert_eq!(reference.to_string().parse::<Reference>().expect("it was one"), reference);
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.to_string().parse::<Digest>().expect("it was one"), digest);
    }
    if let Ok(location) = text.parse::<Location>() {
        assert!(!location.to_string().is_empty());
    }
});
