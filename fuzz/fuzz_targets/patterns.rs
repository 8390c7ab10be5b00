//! Any text as words of a grant: what is read reads back as it is written, and matching ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_tools::{grant::Endpoint, pattern::Pattern};

fuzz_target!(|texts: (&str, Vec<String>)| {
    let (text, arguments) = texts;
    if let Ok(endpoint) = text.parse::<Endpoint>() {
        assert_eq!(endpoint.to_string().parse::<Endpoint>().expect("it was one"), endpoint);
    }
    if let Ok(pattern) = text.parse::<Pattern>() {
        assert_eq!(pattern.to_string().parse::<Pattern>().expect("it was one").to_string(), pattern.to_string());
        pattern.matches(pattern.program(), &arguments);
    }
});
