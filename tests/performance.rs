//! Services under load: started, measured, judged and ended.

use std::net::{TcpListener, TcpStream};

use crate::harness::{Project, Ran};

const SERVER: &str = r#"
import http.server, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(0.2)
        status = 500 if self.path == "/broken" else 200
        self.send_response(status)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"#;

/// A port that was free a moment ago.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn project(port: u16, path: &str, gate: &str) -> Project {
    let configuration = format!(
        "[gates.speed]\nplugin = \"builtin:performance\"\n{gate}\n[gates.speed.settings]\n\
         url = \"http://127.0.0.1:{port}{path}\"\nstart = [\"python3\", \"server.py\", \"{port}\"]\n\
         rate = 50\nwarm-up = \"100ms\"\nduration = \"1s\"\n"
    );
    Project::new().file("sdlc.toml", configuration).file("server.py", SERVER)
}

fn grants(port: u16) -> String {
    format!("grant = {{ read = [\"**\"], run = [\"python3 server.py *\"], serve = [\"127.0.0.1:{port}\"] }}")
}

#[test]
fn a_service_is_started_measured_and_ended() {
    let port = port();
    let project =
        project(port, "/", &format!("{}\nrequire = {{ p50 = \"<= 150\", throughput = \">= 20\" }}", grants(port)));
    project
        .run(&["run", "-v"])
        .exits(0)
        .says("requests = 50")
        .says("error-rate = 0 %")
        .says("its programs were confined");
    let gone = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
    assert!(gone, "the service outlives the run");
}

#[test]
fn a_slow_endpoint_does_not_keep_its_condition() {
    let port = port();
    let project = project(port, "/slow", &format!("{}\nrequire = {{ p95 = \"<= 150\" }}", grants(port)));
    project.run(&["run"]).exits(1).says("`p95` is 2").says("required is <= 150");
}

#[test]
fn a_service_that_fails_has_no_latencies_that_a_condition_could_hold_for() {
    let port = port();
    let project = project(port, "/broken", &format!("{}\nrequire = {{ p95 = \"<= 1000\" }}", grants(port)));
    project.run(&["run"]).exits(1).says("failing-service").says("`p95` is missing");
}

#[test]
fn what_is_not_granted_is_denied_with_the_line_that_grants_it() {
    let port = port();
    let without_serve = "grant = { read = [\"**\"], run = [\"python3 server.py *\"] }";
    let line = format!("hint: gates.speed.grant = {{ serve = [\"127.0.0.1:{port}\"] }}");
    project(port, "/", without_serve).run(&["run"]).exits(3).says(&line);
    let without_run = format!("grant = {{ serve = [\"127.0.0.1:{port}\"] }}");
    project(port, "/", &without_run).run(&["run"]).exits(3).says("`python3` may not be run");
    let elsewhere = Project::new().file(
        "sdlc.toml",
        "[gates.speed]\nplugin = \"builtin:performance\"\n[gates.speed.settings]\nurl = \"http://127.0.0.1:9/\"\n",
    );
    elsewhere.run(&["run"]).exits(3).says("hint: gates.speed.grant = { connect = [\"127.0.0.1:9\"] }");
    project(port, "/", "grant = { serve = [\"example.com:80\"] }")
        .run(&["run"])
        .exits(2)
        .complains("is not of this machine");
}

#[test]
fn a_service_that_does_not_start_says_why() {
    let port = port();
    let project = project(port, "/", &grants(port));
    project.write("server.py", "import sys\nsys.exit('no database')\n");
    project.run(&["run"]).exits(3).says("ended with status 1 before it served").says("no database");
    project.write("server.py", "import time\ntime.sleep(60)\n");
    let patience = std::fs::read_to_string(project.path("sdlc.toml")).unwrap() + "patience = \"300ms\"\n";
    project.write("sdlc.toml", patience);
    project.run(&["run"]).exits(3).says("does not serve at").says("after 300 ms");
}

#[test]
fn a_port_that_is_taken_is_not_measured_for_the_service() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    project(port, "/", &grants(port)).run(&["run"]).exits(3).says("is taken: something else serves there");
}

#[test]
fn a_service_can_serve_where_it_was_granted_and_nowhere_else() {
    let (granted, other) = (port(), port());
    let project = project(granted, "/", &grants(granted));
    project.write("server.py", SERVER.replace("int(sys.argv[1])", &other.to_string()));
    project.run(&["run"]).exits(3).says("ended with status 1 before it served").says("Permission");
}

/// A service over TLS, with a certificate of its own beside it.
fn tls_project(port: u16) -> Project {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let wrapped = "\
import ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('certificate.pem', 'key.pem')
server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
";
    let server = SERVER.lines().filter(|line| !line.contains("serve_forever")).collect::<Vec<_>>().join("\n");
    let project = project(port, "/", &format!("{}\nrequire = {{ error-rate = \"== 0\" }}", grants(port)))
        .file("server.py", format!("{server}\n{wrapped}"))
        .file("certificate.pem", made.cert.pem())
        .file("key.pem", made.signing_key.serialize_pem());
    let configuration = std::fs::read_to_string(project.path("sdlc.toml")).unwrap();
    project.write("sdlc.toml", configuration.replace("http://", "https://"));
    project
}

#[test]
fn a_certificate_of_the_service_s_own_is_trusted_where_it_is_named() {
    let port = port();
    let project = tls_project(port);
    project.run(&["run"]).exits(3).says("is not trusted: invalid peer certificate").says("hint: `SSL_CERT_FILE` names");
    let mut trusting = project.command(&["run", "-v"]);
    let ran = trusting.env("SSL_CERT_FILE", project.path("certificate.pem")).output().unwrap();
    Ran::of(ran).exits(0).says("requests = 50").says("failed-requests = 0");
}
