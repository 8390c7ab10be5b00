#!/usr/bin/env python3
"""Measures the proxy of `sdlc` beside HAProxy, in turn in one run on one machine, and prints rows for BENCHMARKS.md.

Usage: benches/proxy.py [SDLC [ROUNDS [SECONDS]]]
  SDLC     the binary [default: target/release/sdlc]
  ROUNDS   how often each is measured [default: 9]
  SECONDS  how long each time [default: 4]

Needs two cores, and `haproxy`, `wrk` and `taskset` on the path (Debian: `apt-get install haproxy wrk util-linux`).

Both proxies run all the time on the first core, with one thread, and pass on to the same target, which is HAProxy with an
answer of two bytes. `wrk` and the target share the second core. All connections are kept. What is not an answer of the
target ends this script. Wall time is of no use beside other work, so that CPU time a request is told, too.
"""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONNECTIONS = 64
TICKS = os.sysconf("SC_CLK_TCK")
DEFAULTS = "defaults\n mode http\n timeout connect 2s\n timeout client 30s\n timeout server 30s\n"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(core, command, cwd, **more):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(["taskset", "-c", str(core), *command], cwd=cwd, **quiet, **more)


def eventually(what, look):
    for _ in range(500):
        if found := look():
            return found
        time.sleep(0.02)
    sys.exit(f"{what} never came")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as stream:
            stream.sendall(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            return stream.makefile("rb").readline().startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def target(root):
    port = free_port()
    answer = ' http-request return status 200 content-type text/plain string "ok"\n'
    text = f"global\n nbthread 1\n{DEFAULTS}frontend target\n bind 127.0.0.1:{port}\n{answer}"
    (root / "target.cfg").write_text(text)
    return start(1, ["haproxy", "-db", "-f", "target.cfg"], root), port


def haproxy(root, target_port):
    port = free_port()
    text = (
        f"global\n nbthread 1\n{DEFAULTS}frontend front\n bind 127.0.0.1:{port}\n option forwardfor\n default_backend back\n"
        f"backend back\n server app 127.0.0.1:{target_port} check inter 1s\n"
    )
    (root / "haproxy.cfg").write_text(text)
    return start(0, ["haproxy", "-db", "-f", "haproxy.cfg"], root), port


def sdlc_proxy(sdlc, root, target_port):
    port = free_port()
    text = f'[project]\nname = "bench"\n[environments.bench]\nimage = "none"\nport = 80\nlisten = "127.0.0.1:{port}"\n[environments.bench.deploy]\nplugin = "builtin:rolling"\n'
    (root / "sdlc.toml").write_text(text)
    # Without the state of who measures.
    environment = {**os.environ, "SDLC_STATE_DIR": str(root / "state"), "SDLC_CACHE_DIR": str(root / "cache")}
    process = start(0, [str(sdlc), "proxy", "serve", "bench"], root, env=environment)
    control = eventually("the control socket", lambda: next(root.glob("state/**/control.sock"), None))
    health = {"probe": {"http": {"path": "/"}}, "interval-ms": 1000, "timeout-ms": 1000, "healthy-after": 1,
              "unhealthy-after": 3, "start-period-ms": 0}
    slot = {"name": "main", "version": "1", "share": 100, "health": health,
            "targets": [{"id": "app", "address": f"127.0.0.1:{target_port}"}]}
    request = {"apply": {"expected": 0, "table": {"revision": 1, "slots": [slot]}}}
    with socket.socket(socket.AF_UNIX) as stream:
        eventually("the proxy", lambda: stream.connect_ex(str(control)) == 0)
        stream.sendall(json.dumps(request).encode() + b"\n")
        told = stream.makefile().readline()
    if "applied" not in told:
        sys.exit(f"the table was not applied: {told}")
    return process, port


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure(process, port, seconds):
    """Requests a second, p50 and p99 in ms, CPU time of the proxy in µs a request, and how busy it kept its core."""
    wrk = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}/"]
    cpu, began = cpu_seconds(process), time.monotonic()
    told = subprocess.run(wrk, stdout=subprocess.PIPE, check=True, text=True).stdout
    cpu, wall = cpu_seconds(process) - cpu, time.monotonic() - began
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"not all requests were answered:\n{told}")
    count = int(re.search(r"(\d+) requests in", told)[1])
    percentile = lambda name: milliseconds(re.search(rf"^\s+{name}%\s+(\S+)", told, re.MULTILINE)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])
    return rate, percentile(50), percentile(99), cpu / count * 1e6, cpu / wall


def main():
    sdlc = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "target/release/sdlc").resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 4
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    root, processes = Path(tempfile.mkdtemp(prefix="sdlc-bench-")), []
    try:
        processes.append(target(root))
        eventually("the target", lambda: answers(processes[0][1]))
        processes += [sdlc_proxy(sdlc, root, processes[0][1]), haproxy(root, processes[0][1])]
        ours, theirs = processes[1:]
        for _, port in (ours, theirs):
            eventually("an answer", lambda port=port: answers(port))
        pairs = []
        for index in range(rounds + 1):
            # Who begins has its turn, too.
            sides = [ours, theirs] if index % 2 else [theirs, ours]
            measured = [measure(*side, seconds) for side in sides]
            pairs.append(measured if index % 2 else measured[::-1])
            print(*(" ".join(f"{figure:.2f}" for figure in side) for side in pairs[-1]), sep=" | ", file=sys.stderr)
        report(pairs[1:])
    finally:
        for process, _ in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(root)


def report(pairs):
    print("| figure | sdlc | HAProxy | ratio |\n| --- | --- | --- | --- |")
    names = ("requests/s", "p50, ms", "p99, ms", "CPU time a request, µs", "share of its core")
    for figure, name in enumerate(names):
        median = lambda side, figure=figure: statistics.median(pair[side][figure] for pair in pairs)
        ratio = statistics.median(pair[0][figure] / pair[1][figure] for pair in pairs)
        digits = 0 if figure == 0 else 2
        print(f"| {name} | {median(0):.{digits}f} | {median(1):.{digits}f} | {ratio:.2f}x |")


main()
