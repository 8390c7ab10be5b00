//! Any text as `sdlc.toml`: settings or a list of problems, and problems that can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_config::settings::{Vocabulary, parse};
use sdlc_registry::{location::Location, reference::Reference};
use sdlc_tools::{grant::Endpoint, pattern::Pattern, tier::Tier};

const WORDS: &Vocabulary<'static> = &Vocabulary {
    builtins: &["hygiene", "python-lint"],
    program: |word| word.parse::<Pattern>().map(drop).map_err(|error| error.to_string()),
    endpoint: |word| word.parse::<Endpoint>().map(drop).map_err(|error| error.to_string()),
    serve: |word| word.parse::<Endpoint>().map(drop).map_err(|error| error.to_string()),
    variable: |word| sdlc_tools::grant::Variable::check_name(word).map_err(|error| error.to_string()),
    confinement: |word| Tier::from_name(word).map(drop).ok_or_else(String::new),
    reference: |word| word.parse::<Reference>().map(drop).map_err(|error| error.to_string()),
    url: |word| word.parse::<Location>().map(drop).map_err(|error| error.to_string()),
};

fuzz_target!(|text: &str| {
    if let Err(error) = parse("sdlc.toml", text, WORDS) {
        assert!(!error.problems.is_empty() && !error.to_string().is_empty());
    }
});
