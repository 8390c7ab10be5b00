//! The last lines of a replica's log, without saying the same again and again.

/// Most lines that are taken for one thing that is said again.
const LONGEST: usize = 8;

/// Lines that follow each other again and again, alone or a few at a time, are there once, with how often it was.
pub(crate) fn collapse(lines: &[String]) -> Vec<String> {
    let mut collapsed = Vec::new();
    let mut rest = lines;
    while !rest.is_empty() {
        let (length, times) = repeated(rest);
        let (block, _) = rest.split_at(length);
        collapsed.extend_from_slice(block);
        if times > 1 {
            let what = if length == 1 { "... ".to_owned() } else { format!("... these {length} lines ") };
            collapsed.push(format!("{what}{times} times"));
        }
        rest = rest.get(length * times..).unwrap_or_default();
    }
    collapsed
}

/// How many lines at the beginning are said how often: what takes most lines away, and of that the shortest.
fn repeated(lines: &[String]) -> (usize, usize) {
    let mut best = (1, 1);
    for length in 1..=LONGEST.min(lines.len()) {
        let mut blocks = lines.chunks_exact(length);
        let first = blocks.next();
        let times = 1 + blocks.take_while(|block| Some(*block) == first).count();
        if times > 1 && length * (times - 1) > best.0 * (best.1 - 1) {
            best = (length, times);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expected: &[&str]) {
        let lines: Vec<_> = lines.iter().map(|&line| line.to_owned()).collect();
        assert_eq!(collapse(&lines), expected);
    }

    #[test]
    fn what_is_said_again_and_again_is_shown_once() {
        check(&[], &[]);
        check(&["a", "b", "c"], &["a", "b", "c"]);
        check(&["a", "a", "a"], &["a", "... 3 times"]);
        check(&["begin", "a", "b", "a", "b", "a"], &["begin", "a", "b", "... these 2 lines 2 times", "a"]);
        check(&["a", "a", "a", "a"], &["a", "... 4 times"]);
    }
}
