//! [`Names`]: what a component exports and imports, for those who search a registry. Does not validate it.

use wasmparser::{Parser, Payload};

use crate::error::{RegistryError, Result};

const WASM: &[u8] = b"\0asm";
/// Version and layer of a component; a core module has `01 00 00 00`.
const COMPONENT: &[u8] = b"\0asm\x0d\x00\x01\x00";

/// The names at the outermost level.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) exports: Vec<String>,
    pub(crate) imports: Vec<String>,
}

/// Whether it looks like a component, from its first bytes.
pub(crate) fn check(what: &str, bytes: &[u8]) -> Result<()> {
    if bytes.starts_with(COMPONENT) {
        return Ok(());
    }
    let found = match bytes {
        [] => "is empty",
        _ if bytes.starts_with(WASM) => "is a core module",
        [0x1f, 0x8b, ..] => "is compressed by gzip",
        [b'<', ..] => "looks like a web page",
        _ => "is no WebAssembly",
    };
    let hint = "hint: a plugin is a component, as `wasm-tools component new` makes one";
    Err(RegistryError::NotAPlugin(format!("`{what}` {found}; {hint}")))
}

/// Reads the names.
pub(crate) fn names(what: &str, bytes: &[u8]) -> Result<Names> {
    check(what, bytes)?;
    collect(bytes).map_err(|error| {
        RegistryError::NotAPlugin(format!("`{what}` is a broken component: {}; hint: build it again", error.message()))
    })
}

fn collect(bytes: &[u8]) -> Result<Names, wasmparser::BinaryReaderError> {
    let mut names = Names::default();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    names.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) if depth == 0 => {
                for export in exports {
                    names.exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Imports `a:b/c`, exports it as `d:e/f`, and has a component inside which exports `inner`.
    const NESTED: &[u8] = b"\0asm\x0d\0\x01\0\x07\x03\x01\x42\0\x0a\x0a\x01\0\x05a:b/c\x05\0\
        \x04\x15\0asm\x0d\0\x01\0\x0b\x0b\x01\0\x05inner\x05\0\0\
        \x0b\x0b\x01\0\x05d:e/f\x05\0\0";

    #[test]
    fn only_names_at_the_outermost_level_count() {
        let expected = Names { exports: vec!["d:e/f".into()], imports: vec!["a:b/c".into()] };
        assert_eq!(names("x", NESTED).unwrap(), expected);
    }

    #[test]
    fn a_broken_component_is_an_error_wherever_it_is_cut() {
        for end in 0..NESTED.len() {
            let _ = names("x", &NESTED[..end]);
        }
        assert!(names("x", &NESTED[..20]).is_err());
    }
}
