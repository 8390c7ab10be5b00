//! Paths without what is only the other machine's way to write them.

use crate::settings::Rename;

/// With `/` between its parts, without empty parts, `.` and `..`, and with the first rename that fits.
pub(super) fn plain(path: &str, renames: &[Rename]) -> String {
    let path = parts_of(path);
    for Rename { from, to } in renames {
        let from = parts_of(from);
        if let Some(rest) = path.strip_prefix(from.as_slice()) {
            let to = parts_of(to);
            return to.iter().chain(rest).copied().collect::<Vec<_>>().join("/");
        }
    }
    path.join("/")
}

/// Whether nothing can stand before it.
pub(super) fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|first: char| first.is_ascii_alphabetic());
    drive || path.starts_with(['/', '\\'])
}

/// How many parts a plain path has.
pub(super) fn parts(path: &str) -> usize {
    if path.is_empty() { 0 } else { memchr::memchr_iter(b'/', path.as_bytes()).count() + 1 }
}

fn parts_of(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            // What leads above the beginning leads nowhere that is known.
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_dots_and_doubled_separators_go() {
        for (path, expected) in [
            ("./src//a.py", "src/a.py"),
            (r"C:\build\shop\src\a.cs", "C:/build/shop/src/a.cs"),
            ("/build/shop/../other/a.c", "build/other/a.c"),
            ("../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(plain(path, &[]), expected);
        }
    }

    #[test]
    fn a_rename_takes_whole_parts() {
        let renames = [Rename { from: "/build/shop/".to_owned(), to: "services/shop".to_owned() }];
        assert_eq!(plain("/build/shop/a.py", &renames), "services/shop/a.py");
        assert_eq!(plain("/build/shopping/a.py", &renames), "build/shopping/a.py");
    }
}
