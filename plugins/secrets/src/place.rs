//! What the path of a file says of what is in it.
//!
//! [`Kind::of`] tells files that are not worth a look, and those whose secrets are likely made up. Does not look into
//! them, but for [`is_binary`].

use crate::scan::Place;

/// What a path says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kind {
    /// A picture, an archive, a font: no text.
    pub(crate) opaque: bool,
    /// Of tests, fixtures or examples.
    pub(crate) test: bool,
    pub(crate) place: Place,
}

/// Sorted.
const OPAQUE: [&str; 65] = [
    "7z", "a", "avi", "avif", "bin", "bmp", "br", "bz2", "class", "dll", "dmg", "doc", "docx", "dylib", "ear", "eot",
    "exe", "flac", "gif", "gz", "heic", "icns", "ico", "jar", "jpeg", "jpg", "lib", "lz4", "mkv", "mo", "mov", "mp3",
    "mp4", "mpeg", "npy", "npz", "o", "odt", "ogg", "otf", "parquet", "pdf", "png", "ppt", "pptx", "psd", "pyc", "rar",
    "so", "tar", "tgz", "tif", "tiff", "ttf", "wasm", "wav", "webm", "webp", "whl", "woff", "woff2", "xls", "xlsx",
    "xz", "zip",
];

/// Of source code, where what has no quotes is a name or a call. Sorted.
const CODE: [&str; 57] = [
    "c", "cc", "clj", "cpp", "cs", "css", "cxx", "dart", "elm", "erl", "ex", "exs", "fs", "go", "gradle", "groovy",
    "h", "hcl", "hpp", "hs", "html", "ipynb", "java", "jl", "js", "json", "jsx", "kt", "kts", "less", "lua", "m", "md",
    "mjs", "ml", "mm", "php", "pl", "pm", "po", "py", "pyi", "pyx", "r", "rb", "rs", "rst", "scala", "scss", "sol",
    "sql", "svelte", "swift", "tf", "ts", "tsx", "vue",
];

/// Written by tools, with a digest for each thing that they name.
const GENERATED: [&str; 17] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "deno.lock",
    "Cargo.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "composer.lock",
    "Gemfile.lock",
    "go.sum",
    "flake.lock",
    "mix.lock",
    "Podfile.lock",
];

/// Directories of tests and examples.
const TEST_DIRECTORIES: [&str; 19] = [
    "test",
    "tests",
    "testing",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "fixture",
    "__fixtures__",
    "mocks",
    "__mocks__",
    "examples",
    "example",
    "samples",
    "e2e",
    "snapshots",
];

/// Ends of names of examples.
const EXAMPLES: [&str; 7] = [".example", ".sample", ".template", ".dist", ".tmpl", ".tpl", ".snap"];

impl Kind {
    /// Of a path with `/` between its parts.
    pub(crate) fn of(path: &str) -> Self {
        let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
        let is = |table: &[&str]| table.binary_search(&extension.as_str()).is_ok();
        Self {
            opaque: is(&OPAQUE),
            test: directories.split('/').any(is_test_directory) || is_test_name(name),
            place: Place { bare: !is(&CODE), generated: GENERATED.contains(&name) || name.contains(".min.") },
        }
    }
}

fn is_test_directory(name: &str) -> bool {
    TEST_DIRECTORIES.iter().any(|known| name.eq_ignore_ascii_case(known)) || name.ends_with("_tests")
}

fn is_test_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let parts = [".test.", ".tests.", ".spec.", ".example.", ".sample.", ".template."];
    stem.starts_with("test_")
        || ["_test", "_tests", "_spec", "Test", "Tests", "Spec"].iter().any(|end| stem.ends_with(end))
        || matches!(stem, "conftest" | "tests" | "test")
        || parts.iter().any(|part| name.contains(part))
        || EXAMPLES.iter().any(|end| name.ends_with(end))
}

/// Bytes that are looked at for a zero, as git does.
const SNIFFED: usize = 8000;

/// Whether git would say that it is no text.
pub(crate) fn is_binary(content: &[u8]) -> bool {
    memchr::memchr(0, content.get(..SNIFFED).unwrap_or(content)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_a_binary_search_finds_each() {
        assert!(OPAQUE.is_sorted() && CODE.is_sorted());
    }

    #[test]
    fn tests_fixtures_and_examples_are_told_from_the_rest() {
        let tests = [
            "tests/a.py",
            "src/foo/testdata/x.json",
            "a/test_models.py",
            "main_test.go",
            "app.spec.ts",
            ".env.example",
            "src/UserServiceTest.java",
            "conftest.py",
            "config.sample.yml",
            "docs/examples/a.sh",
            "model_tests/a.py",
        ];
        for path in tests {
            assert!(Kind::of(path).test, "{path}");
        }
        for path in ["src/main.rs", "latest/a.py", "contest.py", "config.yml", ".env", "attestation/key.pem"] {
            assert!(!Kind::of(path).test, "{path}");
        }
    }

    #[test]
    fn values_without_quotes_are_of_configuration() {
        assert!(Kind::of(".env").place.bare && Kind::of("a/app.YML").place.bare && Kind::of("Dockerfile").place.bare);
        assert!(!Kind::of("a.py").place.bare && !Kind::of("a.JS").place.bare);
    }

    #[test]
    fn pictures_and_lock_files_are_known() {
        assert!(Kind::of("a/B.PNG").opaque && !Kind::of("png").opaque);
        assert!(Kind::of("web/package-lock.json").place.generated && !Kind::of("package.json").place.generated);
    }
}
