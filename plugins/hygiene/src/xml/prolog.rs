//! What plain XML has before and behind its root element: a declaration, a document type, comments.
//!
//! Does not take document types with a subset of their own.

use super::cursor::Cursor;

/// Goes up to the root element.
pub(super) fn skip(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.take(b"<?xml ").is_some() {
        skip_declaration(cursor)?;
    }
    let mut had_type = false;
    loop {
        cursor.skip_space();
        let mut ahead = Cursor::new(cursor.rest());
        if ahead.take(b"<!DOCTYPE ").is_some() {
            if std::mem::replace(&mut had_type, true) {
                return None;
            }
            skip_document_type(&mut ahead)?;
        } else if ahead.take(b"<!").is_some() {
            cursor.take(b"<")?;
            cursor.skip_comment()?;
            continue;
        } else {
            return Some(());
        }
        *cursor = ahead;
    }
}

/// Goes over comments to the end of the file.
pub(super) fn skip_rest(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        cursor.skip_space();
        if cursor.is_at_end() {
            return Some(());
        }
        cursor.take(b"<")?;
        cursor.skip_comment()?;
    }
}

/// Of version 1.0, in UTF-8.
fn skip_declaration(cursor: &mut Cursor<'_>) -> Option<()> {
    expect(cursor, b"version", &[b"1.0"])?;
    if cursor.skip_space() > 0 && cursor.peek() == Some(b'e') {
        expect(cursor, b"encoding", &[b"utf-8", b"UTF-8"])?;
        cursor.skip_space();
    }
    if cursor.peek() == Some(b's') {
        expect(cursor, b"standalone", &[b"yes", b"no"])?;
    }
    cursor.take(b"?>")
}

fn expect(cursor: &mut Cursor<'_>, name: &[u8], values: &[&[u8]]) -> Option<()> {
    cursor.take(name)?;
    cursor.take(b"=")?;
    let value = cursor.quoted()?;
    values.contains(&value).then_some(())
}

/// A name, and at most where its definition is.
fn skip_document_type(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.name()?;
    cursor.skip_space();
    if cursor.take(b"PUBLIC ").is_some() {
        skip_literal(cursor)?;
        cursor.take(b" ").or_else(|| cursor.take(b"\n"))?;
        cursor.skip_space();
        skip_literal(cursor)?;
    } else if cursor.take(b"SYSTEM ").is_some() {
        skip_literal(cursor)?;
    }
    cursor.skip_space();
    cursor.take(b">")
}

fn skip_literal(cursor: &mut Cursor<'_>) -> Option<()> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b" -./:+,()=?_#".contains(byte);
    cursor.quoted()?.iter().all(is_plain).then_some(())
}
