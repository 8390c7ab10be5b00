//! Any bytes as a component: measured and read before anything of it is compiled.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_sandbox::anatomy::{Ability, Anatomy};

fuzz_target!(|bytes: &[u8]| {
    match Anatomy::of(bytes) {
        Ok(anatomy) => Ability::ALL.iter().for_each(|ability| _ = anatomy.could(*ability)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
