#!/usr/bin/env python3
"""Measures what `sdlc monitor` itself uses while it watches a service with 3 replicas every second.

Usage: benches/monitor.py [SDLC [SECONDS]]
  SDLC     the binary [default: target/release/sdlc]
  SECONDS  how long, after 5 seconds that do not count [default: 180]

Needs a Docker engine, `/bin/busybox` and `taskset`. The service gets about 20 requests a second meanwhile. Exits with 1 where
more than 1 % of a core is used, or where memory grew by more than 1 MiB in the second half.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

NAME = "sdlc-bench-monitor"
TICKS = os.sysconf("SC_CLK_TCK")
BAR = 1.0


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def image(root):
    files = root / "image"
    for directory in ("bin", "www"):
        (files / directory).mkdir(parents=True)
    shutil.copy("/bin/busybox", files / "bin/busybox")
    for applet in ("sh", "httpd"):
        (files / "bin" / applet).symlink_to("busybox")
    (files / "www/index.html").write_text("well\n")
    tar = subprocess.Popen(["tar", "-C", files, "-c", "."], stdout=subprocess.PIPE)
    change = 'CMD ["/bin/httpd","-f","-p","8080","-h","/www"]'
    subprocess.run(["docker", "import", "-c", change, "-", f"{NAME}:1"], stdin=tar.stdout, stdout=subprocess.DEVNULL, check=True)


def configure(root, port):
    text = (
        f'[project]\nname = "{NAME}"\n[environments.bench]\nimage = "{NAME}"\nreplicas = 3\nport = 8080\n'
        f'listen = "127.0.0.1:{port}"\nstop-timeout = "1s"\n'
        'health = { interval = "1s", healthy-after = 1 }\n[environments.bench.deploy]\nplugin = "builtin:blue-green"\n'
        'settings = { steps = [100], hold = "100ms", patience = { settle = "0s" } }\n'
    )
    (root / "sdlc.toml").write_text(text)


def used(pid):
    """CPU time in seconds, and memory in MiB."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def ask(port, ended):
    while not ended.wait(0.05):
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as stream:
                stream.sendall(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
                stream.recv(4096)
        except OSError:
            pass


def measure(sdlc, root, environment, seconds):
    # A line a second is shown, so that all that a person sees is made.
    command = [sdlc, "monitor", "bench", "--output-format", "json"]
    log = (root / "readings").open("w+")
    monitor = subprocess.Popen(command, cwd=root, env=environment, stdout=log)
    time.sleep(5)
    (begin, _), began = used(monitor.pid), time.monotonic()
    time.sleep(seconds / 2)
    _, half = used(monitor.pid)
    time.sleep(seconds / 2)
    (end, memory), took = used(monitor.pid), time.monotonic() - began
    monitor.terminate()
    monitor.wait()
    log.seek(0)
    readings = [json.loads(line) for line in log]
    if len(readings) < seconds or any(reading["healthy"] != 3 for reading in readings[5:]):
        sys.exit(f"{len(readings)} readings in {seconds} seconds, the last: {readings[-1:]}")
    return 100 * (end - begin) / took, memory, memory - half


def main():
    sdlc = str(Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/sdlc").resolve())
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 180
    with tempfile.TemporaryDirectory() as directory:
        root, port, ended = Path(directory), free_port(), threading.Event()
        # Without the state of who measures.
        environment = {**os.environ, "SDLC_STATE_DIR": str(root / "state"), "SDLC_CACHE_DIR": str(root / "cache")}
        run = lambda *words: subprocess.run([sdlc, *words], cwd=root, env=environment, stderr=subprocess.DEVNULL, check=True)
        image(root)
        configure(root, port)
        try:
            run("deploy", "bench", "1")
            threading.Thread(target=ask, args=(port, ended), daemon=True).start()
            cpu, memory, grown = measure(sdlc, root, environment, seconds)
        finally:
            ended.set()
            subprocess.run([sdlc, "proxy", "stop", "bench"], cwd=root, env=environment, stderr=subprocess.DEVNULL, check=False)
            clean = f"docker rm -f $(docker ps -aq --filter label=sdlc.project={NAME}); docker network rm sdlc-{NAME}-bench; docker rmi {NAME}:1"
            subprocess.run(clean, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    print(f"| `sdlc monitor`, 3 replicas, every second, {seconds} s | {cpu:.2f} % of a core | {memory:.0f} MiB, {grown:+.1f} in the second half |")
    sys.exit(1 if cpu > BAR or grown > 1 else 0)


main()
