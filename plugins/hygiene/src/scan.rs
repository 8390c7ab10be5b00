//! One pass over the bytes of a text that tells which line rules have anything to look at.
//!
//! [`Marks::of`] is what nearly all time goes into, so it goes by blocks that compilers turn into SIMD; only a block
//! with a suspicious pair of bytes is looked at byte by byte. A mark may be set where the rule then finds nothing, but
//! is never missing where it finds something. Does not judge: the rules do, where their mark is set.

/// Bytes looked at together.
const BLOCK: usize = 128;

/// What a text may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// A carriage return anywhere.
    pub(crate) carriage_return: bool,
    /// A blank before a line feed or the end. Blanks before a carriage return are not told.
    pub(crate) trailing_blank: bool,
    /// A conflict marker at the start of a line.
    pub(crate) conflict: bool,
    /// The start of a private key.
    pub(crate) key: bool,
}

impl Marks {
    pub(crate) fn of(content: &[u8]) -> Self {
        let mut marks = Self {
            trailing_blank: content.last().is_some_and(|last| is_blank(*last)),
            conflict: content.starts_with(b">>>>>>> "),
            ..Self::default()
        };
        let next = content.get(1..).unwrap_or_default();
        let (blocks, _) = content.as_chunks::<BLOCK>();
        let (next_blocks, _) = next.as_chunks::<BLOCK>();
        for (index, (block, next)) in blocks.iter().zip(next_blocks).enumerate() {
            if is_suspicious(block, next) {
                marks.look(content, index * BLOCK, BLOCK);
            }
        }
        let done = next_blocks.len() * BLOCK;
        marks.finish(content, done);
        marks
    }

    /// The bytes behind the last full block, as a block that overlaps with it where there is one.
    fn finish(&mut self, content: &[u8], done: usize) {
        let last = content.len().checked_sub(BLOCK + 1).filter(|start| *start <= done);
        let block = last.and_then(|start| content.get(start..)?.first_chunk::<BLOCK>());
        let next = last.and_then(|start| content.get(start + 1..)?.first_chunk::<BLOCK>());
        match (block, next) {
            (Some(block), Some(next)) if !is_suspicious(block, next) => {
                self.carriage_return |= content.last() == Some(&b'\r');
            }
            _ => self.look(content, done, content.len() - done),
        }
    }

    /// Goes over the bytes one by one.
    #[cold]
    #[inline(never)]
    fn look(&mut self, content: &[u8], start: usize, length: usize) {
        let here = content.get(start..).unwrap_or_default();
        let next = here.get(1..).unwrap_or_default().iter().copied().chain([0]);
        for (offset, (byte, next)) in here.iter().copied().zip(next).take(length).enumerate() {
            match (byte, next) {
                (b'\r', _) => self.carriage_return = true,
                (b' ' | b'\t' | b'\x0c', b'\n') => self.trailing_blank = true,
                (b'<', b'<') => self.conflict |= has(here, offset, b"<<<<<<< "),
                (b'\n', b'>') => self.conflict |= has(here, offset, b"\n>>>>>>> "),
                (b'E', b'G') => self.key |= has(content, (start + offset).wrapping_sub(1), b"BEGIN "),
                (b'u', b'T') => self.key |= has(content, (start + offset).wrapping_sub(1), b"PuTTY-"),
                _ => {}
            }
        }
    }
}

fn has(content: &[u8], at: usize, what: &[u8]) -> bool {
    content.get(at..).is_some_and(|rest| rest.starts_with(what))
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\x0c')
}

/// Whether a pair of neighbours is one that [`Marks::look`] knows.
///
/// A difference of zero tells equal bytes, and the least of all differences whether there are any: this way compilers
/// make SIMD of the loop, which they do not of comparisons and branches.
#[inline]
fn is_suspicious(block: &[u8; BLOCK], next: &[u8; BLOCK]) -> bool {
    let mut least = u8::MAX;
    for (byte, next) in block.iter().zip(next) {
        let (byte, next) = (*byte, *next);
        let blank = (byte ^ b' ').min(byte ^ b'\t').min(byte ^ b'\x0c');
        least = least
            .min(blank | (next ^ b'\n'))
            .min((byte ^ b'\n') | (next ^ b'>'))
            .min((byte ^ b'<') | (next ^ b'<'))
            .min((byte ^ b'E') | (next ^ b'G'))
            .min((byte ^ b'u') | (next ^ b'T'))
            .min(byte ^ b'\r');
    }
    least == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
        content.split(|byte| *byte == b'\n')
    }

    proptest! {
        #[test]
        fn no_mark_is_missed_wherever_it_stands(before in 0..200usize, after in 0..200usize, which in 0..7usize) {
            let what = [&b" \n"[..], b"\r", b"\n<<<<<<< ", b"\n>>>>>>> ", b"BEGIN ", b"PuTTY-", b"\t"][which];
            let content = [vec![b'x'; before], what.to_vec(), vec![b'y'; after]].concat();
            let marks = Marks::of(&content);
            prop_assert_eq!(marks.carriage_return, which == 1);
            prop_assert_eq!(marks.trailing_blank, which == 0 || (after == 0 && [2, 3, 4, 6].contains(&which)));
            prop_assert_eq!(marks.conflict, which == 2 || which == 3);
            prop_assert_eq!(marks.key, which == 4 || which == 5);
        }

        #[test]
        fn blanks_are_told_as_line_by_line(content in "[a \t\n<>]{0,300}") {
            let content = content.as_bytes();
            let expected = lines(content).any(|line| line.last().is_some_and(|last| is_blank(*last)));
            prop_assert_eq!(Marks::of(content).trailing_blank, expected);
        }
    }
}
