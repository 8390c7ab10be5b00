//! Any bytes as a file with comments that allow findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_gates::allow::find;

fuzz_target!(|text: &[u8]| {
    let lines = text.split(|byte| *byte == b'\n').count();
    for path in ["a.py", "a.md"] {
        for allow in find(path, text) {
            assert!(allow.line >= 1 && allow.line as usize <= lines);
        }
    }
});
