//! lcov's tracefiles, as in `geninfo(1)`: a record a line, a section a file.

use std::collections::HashMap;

use super::{Files, LARGEST_LINE, Malformed, Parsed, hits, line_number, path};
use crate::measured::{Branch, Function, Line, Measured, id};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let mut files = Files::default();
    let mut section: Option<Section> = None;
    let mut number = 0;
    let mut rest = report;
    while !rest.is_empty() {
        number += 1;
        if let (Some(section), Some((line, length))) = (&mut section, plain_line(rest)) {
            section.measured.lines.push(line);
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        let line = line.trim_ascii_end();
        if line == b"end_of_record" {
            let Some(done) = section.take() else {
                return Err(Malformed::at_line(number, "`end_of_record` without `SF:`"));
            };
            files.add(done.path, done.measured);
        } else if let Some(name) = line.strip_prefix(b"SF:") {
            if section.is_some() {
                return Err(Malformed::at_line(number, "`SF:` before the `end_of_record` of the file before"));
            }
            let path = path(name).map_err(|what| Malformed::at_line(number, what))?;
            section = Some(Section::new(path));
        } else if let Some(section) = &mut section {
            section.record(line).map_err(|what| Malformed::at_line(number, what))?;
        } else if !outside(line) {
            return Err(Malformed::at_line(number, "a record outside of a file"));
        }
    }
    match section {
        Some(section) => Err(Malformed(format!("it ends within `{}`", section.path))),
        None => Ok(Parsed { files: files.files, ..Parsed::default() }),
    }
}

/// `DA:line,hits` and its end, which is nearly all of a report: read without looking for its parts before. Whatever is
/// out of the ordinary is none, and read with care.
fn plain_line(text: &[u8]) -> Option<(Line, usize)> {
    let rest = text.strip_prefix(b"DA:")?;
    let (number, rest) = digits(rest)?;
    let (hits, rest) = digits(rest.strip_prefix(b",")?)?;
    let rest = rest.strip_prefix(b"\n")?;
    let plain = (1..=u64::from(LARGEST_LINE)).contains(&number);
    plain.then_some((Line { number: number as u32, hits }, text.len() - rest.len()))
}

/// A number of one to seven digits, and what comes after it. All digits at once: a loop over them takes twice the time,
/// as each round of it asks whether the plugin is to be interrupted.
fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    const EACH: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(*text.first_chunk()?);
    // Zero in bytes from `0` to `9`, up to the first that is none.
    let high = |word: u64| (word & (EACH * 0xF0)) ^ (EACH * 0x30);
    let others = high(word) | high(word.wrapping_add(EACH * 6));
    let count = others.trailing_zeros() / 8;
    if !(1..8).contains(&count) {
        return None;
    }
    // With zeros in front; then neighbours become one, first digits, then pairs, then fours.
    let digits = (word << (64 - 8 * count)) & (EACH * 0x0F);
    let pairs = (digits.wrapping_mul(10 << 8 | 1) >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100 << 16 | 1) >> 16) & 0x0000_FFFF_0000_FFFF;
    let number = fours.wrapping_mul(10_000 << 32 | 1) >> 32;
    Some((number, text.get(count as usize..)?))
}

/// What may stand before the first file.
fn outside(line: &[u8]) -> bool {
    line.is_empty() || [&b"TN:"[..], b"#", b"VER:"].iter().any(|start| line.starts_with(start))
}

/// What is said of one file.
struct Section<'a> {
    path: &'a str,
    measured: Measured,
    /// Names with the digest of name and line: `FN` comes before `FNDA`.
    functions: HashMap<&'a [u8], u64>,
    /// Lines of `FNL`, by index.
    indexed: HashMap<&'a [u8], &'a [u8]>,
}

impl<'a> Section<'a> {
    fn new(path: &'a str) -> Self {
        Self { path, measured: Measured::default(), functions: HashMap::new(), indexed: HashMap::new() }
    }

    fn record(&mut self, line: &'a [u8]) -> Result<(), String> {
        let Some(colon) = memchr::memchr(b':', line.get(..8.min(line.len())).unwrap_or_default()) else {
            return if line.is_empty() || line.starts_with(b"#") {
                Ok(())
            } else {
                Err("no record of lcov".to_owned())
            };
        };
        let (tag, value) = (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default());
        match tag {
            b"DA" => self.line(value),
            b"BRDA" => self.branch(value),
            b"FN" => self.function(value),
            b"FNDA" => self.function_hits(value),
            b"FNL" => self.indexed_function(value),
            b"FNA" => self.indexed_hits(value),
            // Totals, which are counted here, and what is of later versions.
            _ => Ok(()),
        }
    }

    /// `DA:line,hits[,checksum]`
    fn line(&mut self, value: &[u8]) -> Result<(), String> {
        let (number, rest) = cut(value)?;
        let (count, _) = cut(rest).unwrap_or((rest, b""));
        self.measured.lines.push(Line { number: line_number(number)?, hits: hits(count)? });
        Ok(())
    }

    /// `BRDA:line,[e]block,branch,taken`, where `branch` may be any text, and `-` is what never was evaluated.
    fn branch(&mut self, value: &[u8]) -> Result<(), String> {
        let (number, rest) = cut(value)?;
        let comma = memchr::memrchr(b',', rest).ok_or("a branch without hits")?;
        let (name, taken) = (rest.get(..comma).unwrap_or_default(), rest.get(comma + 1..).unwrap_or_default());
        let taken = taken != b"-" && hits(taken)? > 0;
        self.measured.branches.push(Branch { line: line_number(number)?, id: id(&[name]), taken });
        Ok(())
    }

    /// `FN:line[,end],name`
    fn function(&mut self, value: &'a [u8]) -> Result<(), String> {
        let (number, rest) = cut(value)?;
        line_number(number)?;
        let name = match cut(rest) {
            Ok((end, name)) if line_number(end).is_ok() => name,
            _ => rest,
        };
        let id = id(&[number, name]);
        self.functions.insert(name, id);
        self.measured.functions.push(Function { id, covered: false });
        Ok(())
    }

    /// `FNDA:hits,name`
    fn function_hits(&mut self, value: &'a [u8]) -> Result<(), String> {
        let (count, name) = cut(value)?;
        let covered = hits(count)? > 0;
        let id = self.functions.get(name).copied().unwrap_or_else(|| id(&[name]));
        self.measured.functions.push(Function { id, covered });
        Ok(())
    }

    /// `FNL:index,line[,end]`, of lcov 2.2
    fn indexed_function(&mut self, value: &'a [u8]) -> Result<(), String> {
        let (index, rest) = cut(value)?;
        let (number, _) = cut(rest).unwrap_or((rest, b""));
        line_number(number)?;
        self.indexed.insert(index, number);
        Ok(())
    }

    /// `FNA:index,hits,name`: names of one function, which are several in templates
    fn indexed_hits(&mut self, value: &'a [u8]) -> Result<(), String> {
        let (index, rest) = cut(value)?;
        let (count, name) = cut(rest)?;
        let covered = hits(count)? > 0;
        let number = self.indexed.get(index).copied().unwrap_or_default();
        self.measured.functions.push(Function { id: id(&[number, name]), covered });
        Ok(())
    }
}

/// Before and after the first comma.
fn cut(value: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let comma = memchr::memchr(b',', value).ok_or("a record that is too short")?;
    Ok((value.get(..comma).unwrap_or_default(), value.get(comma + 1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_at_once_are_what_digits_one_by_one_are() {
        for number in (0..10_000_000).step_by(61).chain([9, 10, 99, 100, 999_999, 1_000_000, 9_999_999]) {
            for after in ["\n1234567", ",1234567", "/1234567", ":1234567", "\u{ff}1234567", "\0\0\0\0\0\0\0\0"] {
                let text = format!("{number}{after}");
                assert_eq!(digits(text.as_bytes()), Some((number, after.as_bytes())), "{text:?}");
                let text = format!("0{number}{after}");
                let expected = (number < 1_000_000).then_some((number, after.as_bytes()));
                assert_eq!(digits(text.as_bytes()), expected, "{text:?}");
            }
        }
        for none in ["", "1", "1234567", "12345678", "123456789\n", ",1234567", "-1234567", "\n1234567"] {
            assert_eq!(digits(none.as_bytes()), None, "{none:?}");
        }
    }
}
