//! `sdlc monitor`: what is seen of a running service, kept of it and shown.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::service::{Load, Service, service};

/// With so many more lines of settings.
fn watched(name: &'static str, monitor: &str) -> Option<Service> {
    let service = service(name)?;
    let text = fs::read_to_string(service.project.path("sdlc.toml")).unwrap();
    service.project.write("sdlc.toml", format!("{text}[environments.production.monitor]\n{monitor}\n"));
    service.project.run(&["deploy", "production", "1.0"]).exits(0);
    Some(service)
}

/// Answers all that ask with that, until the test ends.
fn server(said: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(said.as_bytes());
        }
    });
    format!("http://{address}/metrics")
}

fn value(reading: &Value, source: &str, name: &str) -> Option<f64> {
    let measured = reading["measured"].as_array()?;
    measured.iter().find(|value| value["source"] == source && value["name"] == name)?["value"].as_f64()
}

/// Ended by the signal that Ctrl-C sends.
fn interrupt(child: &mut Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap();
}

#[test]
fn one_reading_has_the_machine_processes_probes_and_what_prometheus_says() {
    let metrics = server("HTTP/1.0 200 OK\r\n\r\nqueue_length{queue=\"mail\"} 7\nqueue_length{queue=\"web\"} 5\n");
    let down = server("HTTP/1.0 503 No\r\n\r\n");
    let broken = server("HTTP/1.0 200 OK\r\n\r\n<html>\n");
    let Some(service) = watched(
        "sdlc-test-beside",
        &format!(
            "processes = [\"dockerd\"]\nprobes = [{{ url = \"{down}\" }}, {{ url = \"{metrics}\" }}]\n\
             prometheus = [{{ url = \"{metrics}\", metrics = [\"queue_length\", \"queue_length{{queue=\\\"web\\\"}}\"] }}, \
             {{ url = \"{broken}\", metrics = [\"x\"] }}]"
        ),
    ) else {
        return;
    };
    let ran = service.project.run(&["monitor", "--once", "--interval", "300ms", "--output-format", "json"]).exits(0);
    let reading: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&reading["healthy"], &reading["version"]), (&Value::from(2), &Value::from("1.0")));
    assert!(value(&reading, "machine", "cpu-percent").unwrap() >= 0.0);
    assert!(value(&reading, "machine", "memory-bytes").unwrap() > 1e6);
    assert!(value(&reading, "process dockerd", "processes").is_some(), "{reading:#}");
    assert_eq!((value(&reading, &down, "up"), value(&reading, &metrics, "up")), (Some(0.0), Some(1.0)));
    assert_eq!(value(&reading, &metrics, "queue_length"), Some(12.0));
    assert_eq!(value(&reading, &metrics, "queue_length{queue=\"web\"}"), Some(5.0));
    assert!(ran.stderr.contains("it answered 503"), "{}", ran.stderr);
    assert!(ran.stderr.contains("line 1 is no sample of Prometheus: `<html>`"), "{}", ran.stderr);
}

#[test]
fn what_is_seen_is_kept_exposed_and_reported() {
    let Some(service) = watched("sdlc-test-kept", "") else { return };
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let arguments = ["monitor", "--interval", "200ms", "--output-format", "json", "--listen", &listen];
    let mut monitor = service.project.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let load = Load::on(&service);
    let lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
    let seen = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let busy = seen.filter(|reading| reading["traffic"]["requests-per-second"].as_f64().unwrap() > 1.0);
    assert!(busy.take(3).all(|reading| reading["traffic"]["latency-p95"].as_f64().unwrap() > 0.0));
    let mut stream = TcpStream::connect(&listen).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(said.contains("sdlc_monitor_replicas_healthy{environment=\"production\",version=\"1.0\"} 2\n"), "{said}");
    let (good, failed) = load.end();
    assert!(good > 20 && failed == 0, "{good} good requests, {failed} failed ones");
    interrupt(&mut monitor);
    let ran = service.project.run(&["monitor", "report", "--output-format", "json"]).exits(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(report["seen-ms"].as_u64().unwrap() >= 200, "{report:#}");
    assert!(report["lacking"][0].as_str().unwrap().starts_with("nothing can be said: 0 minutes"), "{report:#}");
    let ran = service.project.run(&["monitor", "report", "--since", "never"]).exits(2);
    assert!(ran.stderr.contains("hint: such as `7d`"), "{}", ran.stderr);
}

/// By `script`, which gives it a terminal of its own.
#[test]
fn on_a_terminal_there_is_a_screen_that_is_given_back() {
    let Some(service) = watched("sdlc-test-screen", "") else { return };
    let typescript = service.project.path("../typescript");
    let command = service.project.command(&["monitor", "--interval", "200ms"]);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut script = Command::new("script");
    script.args(["-q", "-c", &format!("stty cols 90 rows 30; {}; stty -a", words.join(" "))]).arg(&typescript);
    script.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm");
    script.current_dir(command.get_current_dir().unwrap());
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let read = || {
        let mut text = Vec::new();
        let _ = File::open(&typescript).and_then(|mut file| file.read_to_end(&mut text));
        String::from_utf8_lossy(&text).into_owned()
    };
    service.eventually("a chart", |_| read().contains("2 healthy, 2 running of 2") && read().contains("requests/s"));
    child.stdin.take().unwrap().write_all(b"q").unwrap();
    service.eventually("the end", |_| child.try_wait().unwrap().is_some());
    let text = read();
    let (entered, left) = (text.find("\u{1b}[?1049h").unwrap(), text.rfind("\u{1b}[?1049l").unwrap());
    assert!(entered < left && text.contains("\u{1b}[?25h"));
    // The terminal echoes again.
    assert!(text[left..].contains(" icanon") && text[left..].contains(" echo "), "{}", &text[left..]);
    thread::sleep(Duration::from_millis(10));
}
