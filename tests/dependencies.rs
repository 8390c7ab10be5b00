//! The gate for dependencies, with a database that the binary built.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
    time::{Duration, SystemTime},
};

use crate::harness::Project;

fn advisory(id: &str, fixed: &str) -> String {
    format!(
        r#"{{"id": "{id}", "modified": "2024-01-02T03:04:05Z", "aliases": ["CVE-2021-1"], "summary": "is slow",
        "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
        "affected": [{{"package": {{"ecosystem": "PyPI", "name": "Jinja2"}},
        "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}"#
    )
}

fn configuration(grant: &str, settings: &str) -> String {
    format!(
        "[gates.dependencies]\nplugin = \"builtin:dependencies\"\ngrant = {{ {grant} }}\n[gates.dependencies.settings]\n{settings}\n"
    )
}

const GRANT: &str = "read = [\"**\"], advisories = true";

/// A project with a vulnerable requirement, and advisories beside it.
fn project() -> Project {
    Project::new()
        .file("sdlc.toml", configuration(GRANT, ""))
        .file("requirements.txt", "jinja2==2.4.1\n")
        .file("../osv/a.json", advisory("GHSA-aaaa-bbbb-cccc", "2.11.3"))
        .file("../osv/b.json", advisory("PYSEC-2021-1", "2.11.3"))
}

fn updated() -> Project {
    let project = project();
    project.run(&["advisories", "update", "--from", "../osv"]).exits(0).says("2  PyPI, as of ");
    project
}

#[test]
fn a_vulnerable_dependency_is_found_offline() {
    let project = updated();
    let message = "`jinja2` 2.4.1 has GHSA-aaaa-bbbb-cccc (PYSEC-2021-1, CVE-2021-1): is slow; fixed in 2.11.3";
    project.run(&["run"]).exits(1).says(message).says("1:9 error high-vulnerability");
    project.write("requirements.txt", "jinja2==2.11.3\n");
    project.run(&["run"]).exits(0);
    project.run(&["advisories", "show", "cve-2021-1"]).exits(0).says("PYSEC-2021-1 PyPI jinja2");
    project.run(&["advisories", "show", "Jinja2", "--ecosystem", "PyPI"]).exits(0).says("from 0 fixed in 2.11.3");
}

#[test]
fn without_a_database_nothing_passes() {
    project().run(&["run"]).exits(3).says("hint: `sdlc advisories update --from");
    project().run(&["advisories", "info"]).exits(2).complains("there is no database of advisories");
}

#[test]
fn a_database_that_is_too_old_is_an_error() {
    let project = project();
    let then = SystemTime::now() - Duration::from_secs(9 * 24 * 3600);
    for name in ["a", "b"] {
        let path = project.path(&format!("../osv/{name}.json"));
        fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }
    project.run(&["advisories", "update", "--from", "../osv"]).exits(0).says("(9 days ago)");
    project.run(&["run"]).exits(3).says("are 9 days old, which is more than `max-age = \"7d\"`");
    project.write("sdlc.toml", configuration(GRANT, "max-age = \"2w\""));
    project.run(&["run"]).exits(1).says("high-vulnerability");
}

#[test]
fn a_broken_database_is_an_error_with_what_mends_it() {
    let project = updated();
    let path = project.path("../.local/state/sdlc/advisories.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 1);
    fs::write(&path, bytes).unwrap();
    project.run(&["run"]).exits(3).says("hint: `sdlc advisories update --replace");
}

#[test]
fn what_is_ignored_has_a_reason_and_a_last_day() {
    let project = updated();
    let ignore =
        |until: &str| format!("ignore = [{{ id = \"CVE-2021-1\", reason = \"no templates\", until = \"{until}\" }}]");
    project.write("sdlc.toml", configuration(GRANT, &ignore("9999-01-31")));
    project.run(&["run"]).exits(0);
    project.write("sdlc.toml", configuration(GRANT, &ignore("2020-01-31")));
    project.run(&["run"]).exits(1).says("expired-ignore").says("high-vulnerability");
}

#[test]
fn without_the_grant_nothing_is_looked_up() {
    let project = updated();
    project.write("sdlc.toml", configuration("read = [\"**\"]", ""));
    project.run(&["run"]).exits(3).says("hint: `gates.dependencies.grant = { advisories = true }`");
}

/// A server of this machine that answers each path with bytes as they are, and is gone after them. Its address.
fn serve(answers: Vec<(&'static str, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&stream.unwrap(), &answers);
        }
    });
    address
}

fn answer(mut stream: &TcpStream, answers: &[(&'static str, Vec<u8>)]) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    // The head has to be read: a connection that is closed with bytes unread is reset.
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = request.split(' ').nth(1).unwrap_or_default();
    let found = answers.iter().find(|(known, _)| *known == path);
    let _ = stream.write_all(found.map_or(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", |(_, bytes)| bytes));
}

fn ok(body: &[u8], length: usize) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// What OSV publishes of an ecosystem, made by another tool than ours.
fn zip(project: &Project) -> Vec<u8> {
    let mut python = Command::new("python3");
    python.current_dir(project.root()).args(["-m", "zipfile", "-c", "../all.zip", "../osv/a.json", "../osv/b.json"]);
    assert!(python.status().unwrap().success());
    fs::read(project.path("../all.zip")).unwrap()
}

#[test]
fn advisories_are_fetched_from_a_server() {
    let project = project();
    let zip = zip(&project);
    let moved = b"HTTP/1.1 302 Found\r\nlocation: /all.zip\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec();
    let address = serve(vec![("/all.zip", ok(&zip, zip.len())), ("/moved", moved)]);
    for path in ["/all.zip", "/moved"] {
        let from = format!("{address}{path}");
        project
            .run(&["advisories", "update", "--replace", "--from", &from])
            .exits(0)
            .complains("read 2 advisories, 0 of them withdrawn")
            .says("2  PyPI, as of ");
        project.run(&["run"]).exits(1).says("GHSA-aaaa-bbbb-cccc");
    }
}

#[test]
fn what_a_server_does_not_give_whole_changes_nothing() {
    let project = updated();
    let zip = zip(&project);
    let (mut broken, half) = (zip.clone(), zip.len() / 2);
    broken[half] ^= 1;
    let elsewhere =
        b"HTTP/1.1 302 Found\r\nlocation: ftp://example.com/all.zip\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let address = serve(vec![
        ("/truncated", ok(&zip[..half], zip.len())),
        ("/cut", ok(&zip[..half], half)),
        ("/broken", ok(&broken, zip.len())),
        ("/page", ok(b"<html>log in</html>", 19)),
        ("/huge", ok(b"", 9 << 30)),
        ("/elsewhere", elsewhere.to_vec()),
        (
            "/round",
            b"HTTP/1.1 302 Found\r\nlocation: /round\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        ),
        ("/down", b"HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()),
    ]);
    for (path, why) in [
        ("/truncated", "gives no answer"),
        ("/cut", "is no ZIP that can be read"),
        ("/broken", ""),
        ("/page", "is no ZIP that can be read"),
        ("/huge", "is larger than 8589934592 bytes"),
        ("/elsewhere", "leads elsewhere"),
        ("/round", "leads from one place to the next"),
        ("/down", "answered 503"),
        ("/nothing", "hint:"),
    ] {
        let from = format!("{address}{path}");
        project.run(&["advisories", "update", "--from", &from]).exits(2).complains(path).complains(why);
        project.run(&["advisories", "info"]).exits(0).says("2  PyPI, as of ");
    }
    project.run(&["run"]).exits(1).says("GHSA-aaaa-bbbb-cccc");
}

#[test]
fn a_server_in_the_open_has_to_be_encrypted() {
    let from = "http://example.com/all.zip";
    project().run(&["advisories", "update", "--from", from]).exits(2).complains("is not encrypted");
}
