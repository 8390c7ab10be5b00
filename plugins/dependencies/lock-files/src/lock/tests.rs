//! Each format, on what the real tools wrote (`fixtures/`), and on what nobody should write.

use super::*;

/// `name version`, or `name` and what it is instead.
fn said(format: Format, text: &str) -> Vec<String> {
    let say = |entry: Entry| {
        let dev = if entry.dev { " dev" } else { "" };
        match &entry.what {
            What::Version(version) => {
                assert_eq!(&text[entry.range.clone()], version, "{}", entry.name);
                format!("{} {version}{dev}", entry.name)
            }
            What::Unpinned => format!("{} unpinned{dev}", entry.name),
            What::Elsewhere(place) => format!("{} {place}{dev}", entry.name),
        }
    };
    format.parse(text).unwrap().into_iter().map(say).collect()
}

#[track_caller]
fn has(format: Format, text: &str, expected: &[&str]) {
    let found = said(format, text);
    for entry in expected {
        assert!(found.iter().any(|found| found == entry), "no `{entry}` in {found:#?}");
    }
}

const NPM: [&str; 4] = ["lodash 4.17.4", "@babel/traverse 7.20.0", "minimist 1.2.0 dev", "ms 2.0.0"];

#[test]
fn what_npm_wrote_is_read() {
    has(Format::Npm, include_str!("../../fixtures/npm-3.json"), &NPM);
    has(Format::Npm, include_str!("../../fixtures/npm-1.json"), &NPM);
}

#[test]
fn what_pnpm_wrote_is_read() {
    has(Format::Pnpm, include_str!("../../fixtures/pnpm-9.yaml"), &["lodash 4.17.4", "@babel/traverse 7.20.0"]);
}

#[test]
fn what_pip_compile_wrote_is_read() {
    let expected = ["jinja2 3.1.2", "requests 2.25.1", "urllib3 1.26.20"];
    has(Format::Requirements, include_str!("../../fixtures/requirements-hashes.txt"), &expected);
    has(Format::Requirements, include_str!("../../fixtures/requirements-plain.txt"), &expected);
}

#[test]
fn what_uv_wrote_is_read_without_the_project_itself() {
    let text = include_str!("../../fixtures/uv.lock");
    has(Format::Uv, text, &["jinja2 3.1.2", "requests 2.25.1", "flask 2.2.0"]);
    assert!(!said(Format::Uv, text).iter().any(|found| found.starts_with("shop ")));
}

#[test]
fn what_pipenv_wrote_is_read() {
    has(
        Format::Pipenv,
        include_str!("../../fixtures/Pipfile.lock"),
        &["jinja2 3.1.2", "requests 2.25.1", "flask 2.2.0 dev"],
    );
}

#[test]
fn older_locks_of_pnpm_are_read() {
    let six = "lockfileVersion: '6.0'\npackages:\n  /@babel/traverse@7.20.0(x@1.0.0):\n    dev: true\n  /ms@2.0.0:\n    dev: false\n";
    assert_eq!(said(Format::Pnpm, six), ["@babel/traverse 7.20.0 dev", "ms 2.0.0"]);
    let five = "lockfileVersion: 5.4\npackages:\n  /@babel/traverse/7.20.0_@babel/core@7.1.0:\n    dev: true\n  /ms/2.0.0:\n    dev: false\n";
    assert_eq!(said(Format::Pnpm, five), ["@babel/traverse 7.20.0 dev", "ms 2.0.0"]);
}

#[test]
fn what_yarn_wrote_is_read() {
    let expected = ["lodash 4.17.4", "@babel/traverse 7.20.0", "minimist 1.2.0", "ms 2.0.0"];
    has(Format::Yarn, include_str!("../../fixtures/yarn-1.lock"), &expected);
    has(Format::Yarn, include_str!("../../fixtures/yarn-4.lock"), &expected);
}

#[test]
fn what_cargo_wrote_is_read_without_the_project_itself() {
    let text = include_str!("../../fixtures/Cargo.lock");
    has(Format::Cargo, text, &["time 0.1.43", "smallvec 1.6.0"]);
    assert!(!said(Format::Cargo, text).iter().any(|found| found.starts_with("shop ")));
}

#[test]
fn what_poetry_wrote_is_read() {
    // By Poetry 1.1.15, 1.8.5 and 2.5.1, of the same dependencies; the newest has a path besides.
    let expected = ["click 8.1.7", "colorama 0.4.6", "iniconfig 2.0.0 dev", "itsdangerous 2.1.2"];
    assert_eq!(said(Format::Poetry, include_str!("../../fixtures/poetry-1.1.lock")), expected);
    // Lock version 2.0 does not say what is for development.
    let silent = expected.map(|entry| entry.trim_end_matches(" dev"));
    assert_eq!(said(Format::Poetry, include_str!("../../fixtures/poetry-2.0.lock")), silent);
    let newest = said(Format::Poetry, include_str!("../../fixtures/poetry-2.1.lock"));
    assert_eq!(newest, [&expected[..], &["pathlocal a path dev"]].concat());
}

#[test]
fn what_go_wrote_is_read() {
    let (text, sums) = (include_str!("../../fixtures/go/go.mod"), include_str!("../../fixtures/go/go.sum"));
    let found = said(Format::Go, text);
    assert_eq!(
        found,
        [
            "example.com/old v3.2.0+incompatible",
            "example.com/pseudo v0.0.0-20240102030405-abcdef123456",
            "example.com/tool v1.5.0-rc.1",
            "example.com/tree/v2 v2.1.0",
            "example.com/leaf v1.2.3",
        ]
    );
    // What Go itself needs to build it.
    assert!(found.iter().all(|entry| sums.contains(&format!("{entry} h1:"))));
    let text = include_str!("../../fixtures/go-replaced/go.mod");
    let replaced = said(Format::Go, text);
    assert_eq!(replaced[1], "example.com/pseudo a path");
    assert_eq!(replaced[4], "example.com/leaf v1.0.0");
    let sums = include_str!("../../fixtures/go-replaced/go.sum");
    assert!(sums.contains("example.com/leaf v1.0.0 h1:") && !sums.contains("example.com/pseudo"));
}

#[test]
fn modules_of_go_are_read_with_their_replacements() {
    let text = "module example.com/shop\n\ngo 1.21\n\nrequire (\n\tgithub.com/a/b v3.2.0+incompatible\n\tgolang.org/x/text v0.3.5 // indirect\n)\n\
                require example.com/c v1.0.0\nreplace example.com/c => ../c\nreplace golang.org/x/text v0.3.5 => example.com/text v0.3.8\n";
    let expected = ["github.com/a/b v3.2.0+incompatible", "example.com/text v0.3.8", "example.com/c a path"];
    assert_eq!(said(Format::Go, text), expected);
}

#[test]
fn requirements_are_read_as_pip_reads_them() {
    let text = "# flask==1.0\nJinja2==2.4.1 ; python_version > \"3\"  # why\nrequests[socks] == 2.19.1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n\
                flask>=1,<2\n-r other.txt\n--index-url https://example.com/simple\n-e .\npkg @ https://example.com/pkg-1.0.whl\n\
                ./local\ngit+https://example.com/x.git\nwild==1.*\nexact===1.0\n\nlast==2.0";
    let expected = [
        "Jinja2 2.4.1",
        "requests 2.19.1",
        "flask unpinned",
        "-e . a path",
        "pkg an address",
        "./local a path",
        "git+https://example.com/x.git an address",
        "wild unpinned",
        "exact 1.0",
        "last 2.0",
    ];
    assert_eq!(said(Format::Requirements, text), expected);
}

#[test]
fn groups_of_poetry_and_its_sources_are_told_apart() {
    let text = "[[package]]\nname = \"a\"\nversion = \"1.0\"\ngroups = [\"dev\"]\n\n[[package]]\nname = \"b\"\nversion = \"2.0\"\n\
                groups = [\"main\", \"dev\"]\n[package.source]\ntype = \"git\"\nurl = \"x\"\n[metadata]\nlock-version = \"2.1\"\n";
    assert_eq!(said(Format::Poetry, text), ["a 1.0 dev", "b a git repository"]);
}

#[test]
fn a_version_of_a_format_that_is_not_known_is_an_error() {
    for (format, text) in [
        (Format::Cargo, "version = 9\n"),
        (Format::Poetry, "[metadata]\nlock-version = \"3.0\"\n"),
        (Format::Uv, "version = 2\n"),
        (Format::Pipenv, r#"{"_meta": {"pipfile-spec": 7}}"#),
        (Format::Npm, r#"{"lockfileVersion": 4}"#),
        (Format::Pnpm, "lockfileVersion: '10.0'\n"),
        (Format::Yarn, "__metadata:\n  version: 99\n"),
    ] {
        let error = format.parse(text).unwrap_err();
        assert!(error.starts_with("its format has version"), "{format:?}: {error}");
    }
}

#[test]
fn an_empty_file_is_no_lock_file() {
    for format in [Format::Poetry, Format::Uv, Format::Pipenv, Format::Npm, Format::Pnpm, Format::Yarn, Format::Go] {
        assert!(format.parse("").is_err(), "{format:?}");
    }
}

const ALL: [Format; 9] = [
    Format::Requirements,
    Format::Poetry,
    Format::Uv,
    Format::Pipenv,
    Format::Npm,
    Format::Pnpm,
    Format::Yarn,
    Format::Cargo,
    Format::Go,
];

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text: String) {
        for format in ALL {
            let _ = format.parse(&text);
        }
    }

    #[test]
    fn no_change_of_a_lock_file_makes_it_panic(at in 0usize..2000, by: String) {
        for (format, text) in [
            (Format::Npm, include_str!("../../fixtures/npm-3.json")),
            (Format::Pnpm, include_str!("../../fixtures/pnpm-9.yaml")),
            (Format::Yarn, include_str!("../../fixtures/yarn-1.lock")),
            (Format::Yarn, include_str!("../../fixtures/yarn-4.lock")),
            (Format::Cargo, include_str!("../../fixtures/Cargo.lock")),
        ] {
            let (start, end) = text.split_at_checked(at.min(text.len())).unwrap_or_default();
            let changed = format!("{start}{by}{end}");
            for entry in format.parse(&changed).unwrap_or_default() {
                proptest::prop_assert!(changed.get(entry.range).is_some());
            }
        }
    }
}
