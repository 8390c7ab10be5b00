//! Any bytes as `sdlc-baseline.json`: what is read is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_config::baseline::{parse, render};

fuzz_target!(|text: &[u8]| {
    if let Ok(baseline) = parse(text) {
        assert_eq!(parse(render(&baseline).as_bytes()).expect("a baseline that was written is one"), baseline);
    }
});
