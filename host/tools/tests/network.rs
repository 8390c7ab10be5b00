//! What a program can connect to.

use std::{
    io::Write,
    net::{TcpListener, UdpSocket},
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixDatagram, UnixListener},
    },
    thread,
};

use sdlc_tools::tier::Tier;

use crate::harness::{Place, command, text};

/// Greets whoever connects, as long as the test lasts.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().for_each(|stream| drop(stream.unwrap().write_all(b"hello"))));
    port
}

fn connect(port: u16) -> String {
    format!("import socket\nprint(socket.create_connection(('127.0.0.1', {port}), 5).recv(9))")
}

/// The program fails with this in its errors.
#[track_caller]
fn denied(place: &Place, script: &str, error: &str) {
    let output = place.python(script);
    let stderr = text(&output.stderr);
    assert!(stderr.contains(error), "{:?}: {stderr} {}", output.tier, text(&output.stdout));
    assert_eq!(output.status(), Some(1));
}

#[test]
fn a_granted_port_can_be_connected_to() {
    let port = serve();
    for mut place in Place::all() {
        place.grant.connect = vec![format!("127.0.0.1:{port}").parse().unwrap()];
        assert_eq!(text(&place.python(&connect(port)).stdout), "b'hello'\n");
    }
}

#[test]
fn without_a_grant_there_is_no_socket_at_all() {
    let port = serve();
    for place in Place::confined() {
        denied(&place, &connect(port), "Operation not permitted");
        denied(&place, "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "Operation not permitted");
    }
    assert_eq!(text(&Place::on(Tier::Environment).python(&connect(port)).stdout), "b'hello'\n");
}

#[test]
fn who_may_talk_to_itself_can_do_so_and_reaches_nobody_else() {
    let port = serve();
    let mut place = Place::new();
    let script = "import socket, threading\nl = socket.create_server(('127.0.0.1', 0))\n\
                  threading.Thread(target=lambda: l.accept()[0].sendall(b'myself')).start()\n\
                  print(socket.create_connection(l.getsockname(), 5).recv(9))";
    denied(&place, script, "Operation not permitted");
    place.grant.loopback = true;
    assert_eq!(text(&place.python(script).stdout), "b'myself'\n");
    denied(&place, &connect(port), "Connection refused");
    place.confinement.most = Tier::Landlock;
    let error = place.run(&command("python3", &["-c", script])).unwrap_err();
    assert!(error.to_string().contains("cannot be confined by `namespaces`"), "{error}");
}

#[test]
fn another_port_than_granted_is_denied() {
    let (granted, other) = (serve(), serve());
    for mut place in Place::confined() {
        place.grant.connect = vec![format!("127.0.0.1:{granted}").parse().unwrap()];
        denied(&place, &connect(other), "Permission denied");
    }
}

#[test]
fn a_grant_to_connect_is_for_tcp_alone() {
    let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = receiver.local_addr().unwrap().port();
    for mut place in Place::confined() {
        place.grant.connect = vec![format!("127.0.0.1:{port}").parse().unwrap()];
        let socket = |arguments: &str| format!("import socket\nsocket.socket({arguments})");
        for arguments in [
            "socket.AF_INET, socket.SOCK_DGRAM",
            "socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC",
            "socket.AF_INET, socket.SOCK_RAW, 1",
            "socket.AF_INET, socket.SOCK_STREAM, 262",
            "socket.AF_INET, socket.SOCK_STREAM, 132",
            "socket.AF_NETLINK, socket.SOCK_RAW, 0",
            "socket.AF_PACKET, socket.SOCK_RAW, 0",
            "socket.AF_VSOCK, socket.SOCK_STREAM",
            "socket.AF_UNIX, socket.SOCK_STREAM",
        ] {
            denied(&place, &socket(arguments), "Operation not permitted");
        }
    }
    receiver.set_nonblocking(true).unwrap();
    assert!(receiver.recv(&mut [0; 9]).is_err());
}

#[test]
fn a_connection_is_not_made_by_sending() {
    let (granted, other) = (serve(), serve());
    for mut place in Place::confined() {
        place.grant.connect = vec![format!("127.0.0.1:{granted}").parse().unwrap()];
        let script =
            format!("import socket\nsocket.socket().sendto(b'x', socket.MSG_FASTOPEN, ('127.0.0.1', {other}))");
        denied(&place, &script, "Operation not permitted");
    }
}

#[test]
fn nothing_can_connect_to_the_program() {
    let granted = serve();
    for mut place in Place::confined() {
        place.grant.connect = vec![format!("127.0.0.1:{granted}").parse().unwrap()];
        denied(&place, "import socket\nsocket.socket().bind(('127.0.0.1', 0))", "Permission denied");
        denied(&place, "import socket\nsocket.socket().listen()", "Operation not permitted");
    }
}

#[test]
fn the_docker_socket_is_out_of_reach() {
    for mut place in Place::confined() {
        let path = place.inside("docker.sock");
        let _listener = UnixListener::bind(&path).unwrap();
        place.grant.write = vec![".".into()];
        let script = format!("import socket\nsocket.socket(socket.AF_UNIX).connect('{}')", path.display());
        denied(&place, &script, "Operation not permitted");
        place.grant.connect = vec!["127.0.0.1:443".parse().unwrap()];
        denied(&place, &script, "Operation not permitted");
    }
    let place = Place::on(Tier::Environment);
    let path = place.inside("docker.sock");
    let _listener = UnixListener::bind(&path).unwrap();
    let script = format!("import socket\nsocket.socket(socket.AF_UNIX).connect('{}')", path.display());
    assert_eq!(place.python(&script).status(), Some(0));
}

#[test]
fn an_abstract_socket_is_out_of_reach() {
    for place in Place::confined() {
        let name = place.outside("").display().to_string();
        let _listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        let script = format!("import socket\nsocket.socket(socket.AF_UNIX).connect('\\0{name}')");
        denied(&place, &script, "Operation not permitted");
    }
}

#[test]
fn a_pair_of_sockets_reaches_only_its_other_half() {
    for mut place in Place::confined() {
        let path = place.inside("log");
        let _receiver = UnixDatagram::bind(&path).unwrap();
        place.grant.write = vec![".".into()];
        let script = "import socket\na, b = socket.socketpair()\na.send(b'x')\nprint(b.recv(9))";
        assert_eq!(text(&place.python(script).stdout), "b'x'\n");
        let script = "import socket\nsocket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)";
        denied(&place, script, "Operation not permitted");
        let script = format!("import socket\na, b = socket.socketpair()\nb.close()\na.connect('{}')", path.display());
        assert_eq!(place.python(&script).status(), Some(1));
    }
}

#[test]
fn an_event_loop_works_without_a_network() {
    for place in Place::confined() {
        let script = "import asyncio\nasync def main():\n  p = await asyncio.create_subprocess_exec('echo', 'x')\n  await p.wait()\nasyncio.run(main())";
        assert_eq!(text(&place.python(script).stdout), "x\n");
    }
}

#[test]
fn in_name_spaces_a_grant_is_for_a_host_and_not_just_its_port() {
    let port = serve();
    let mut place = Place::on(Tier::Namespaces);
    place.grant.connect = vec![format!("10.255.255.1:{port}").parse().unwrap()];
    denied(&place, &connect(port), "Connection refused");
    let script = "import socket\nsocket.create_connection(('169.254.169.254', 80), 5)";
    place.grant.connect.push("example.invalid:80".parse().unwrap());
    denied(&place, script, "Network is unreachable");
}

#[test]
fn in_name_spaces_a_granted_name_can_be_connected_to_and_no_other_is_known() {
    let port = serve();
    let mut place = Place::on(Tier::Namespaces);
    place.grant.connect = vec![format!("localhost:{port}").parse().unwrap(), "example.invalid:80".parse().unwrap()];
    let script = format!(
        "import socket\nprint(socket.create_connection(('localhost', {port}), 5).recv(9))
print(socket.create_connection(('example.invalid', 80), 5).recv(9))
socket.create_connection(('other.invalid', 80), 5)"
    );
    let output = place.python(&script);
    assert_eq!(text(&output.stdout), "b'hello'\nb''\n", "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("gaierror"), "{}", text(&output.stderr));
}

#[test]
fn in_name_spaces_an_address_of_version_6_can_be_connected_to() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else { return };
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().for_each(|stream| drop(stream.unwrap().write_all(b"hello"))));
    let mut place = Place::on(Tier::Namespaces);
    place.grant.connect = vec![format!("[::1]:{port}").parse().unwrap(), format!("[fd00::7]:{port}").parse().unwrap()];
    let output = place.python(&format!("import socket\nprint(socket.create_connection(('::1', {port}), 5).recv(9))"));
    assert_eq!(text(&output.stdout), "b'hello'\n", "{}", text(&output.stderr));
}

#[test]
fn many_connections_are_forwarded_at_once() {
    let port = serve();
    let mut place = Place::on(Tier::Namespaces);
    place.grant.connect = vec![format!("localhost:{port}").parse().unwrap()];
    let script = format!(
        "import socket\nc = [socket.create_connection(('localhost', {port}), 5) for _ in range(200)]\nprint(sum(len(s.recv(9)) for s in c))"
    );
    let output = place.python(&script);
    assert_eq!(text(&output.stdout), "1000\n", "{}", text(&output.stderr));
}
