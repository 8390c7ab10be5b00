//! Any text as `sdlc.lock`: what is read is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_config::lock::Lock;

fuzz_target!(|text: &str| {
    if let Ok(lock) = Lock::parse(text) {
        let written = lock.to_text();
        let again = Lock::parse(&written).expect("a lock that was written is one");
        assert_eq!(again.to_text(), written);
    }
});
