//! Any bytes as what is kept from run to run: results of a gate, and notes on a workspace.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdlc_cache::{notes::Notes, results::Shard};
use sdlc_model::report::Report;

fuzz_target!(|bytes: &[u8]| {
    let _ = Notes::parse(bytes);
    let _ = postcard::from_bytes::<Report>(bytes);
    let Some(shard) = Shard::parse(bytes.to_vec()) else { return };
    for key in [[0; 32], [7; 32], [255; 32]] {
        let _ = shard.get(&key).map(postcard::from_bytes::<Report>);
    }
    let merged = shard.merged(&std::collections::BTreeMap::new(), &[[7; 32]], 1 << 16);
    assert!(Shard::parse(merged).is_some());
});
