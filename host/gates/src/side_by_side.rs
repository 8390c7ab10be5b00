//! [`map`]: does the same with many things, on several threads where that is worth it.

use std::{panic::resume_unwind, thread};

/// Things that are worth a thread, each of which takes about a microsecond.
const FEWEST_A_THREAD: usize = 512;

/// What each thing gives, in their order.
pub(crate) fn map<T: Sync, R: Send>(things: &[T], threads: usize, act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = things.len().div_ceil(threads.max(1)).max(FEWEST_A_THREAD);
    if things.len() <= share {
        return things.iter().map(act).collect();
    }
    let act = &act;
    thread::scope(|scope| {
        let mut chunks = things.chunks(share);
        let first = chunks.next().unwrap_or_default();
        let others: Vec<_> =
            chunks.map(|chunk| scope.spawn(move || chunk.iter().map(act).collect::<Vec<_>>())).collect();
        let mut results = Vec::with_capacity(things.len());
        results.extend(first.iter().map(act));
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_however_many_threads_there_are() {
        let things: Vec<usize> = (0..3 * FEWEST_A_THREAD + 1).collect();
        for threads in [0, 1, 2, 3, 100] {
            assert_eq!(map(&things, threads, |thing| *thing), things);
        }
    }
}
