//! Attacks through what surrounds a gate: its environment and the network.

use std::{fs, path::Path};

use super::prober;

#[test]
fn attack_26_a_granted_value_is_not_in_the_cache() {
    let project = prober(
        "{ env = [\"API_TOKEN\"], run = [\"sh\"] }",
        "[{ run = [\"sh\", \"-c\", \"echo $API_TOKEN; printf %s $API_TOKEN | base64\"] }]",
    );
    let output = project.command(&["run"]).env("API_TOKEN", "correct-horse-battery").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let mut files = 0;
    visit(&project.cache(), &mut |content| {
        files += 1;
        assert!(!["correct-horse", "Y29ycmVjdC1ob3JzZ"].iter().any(|secret| contains(content, secret)));
    });
    assert!(files > 0);
}

fn contains(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}

fn visit(directory: &Path, look: &mut dyn FnMut(&[u8])) {
    for path in fs::read_dir(directory).unwrap().flatten().map(|entry| entry.path()) {
        if path.is_dir() { visit(&path, look) } else { look(&fs::read(&path).unwrap()) }
    }
}
