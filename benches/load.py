#!/usr/bin/env python3
"""Measures one service with `sdlc` (gate `performance`) and with `oha`, in turn in one run, and prints rows for BENCHMARKS.md.

Usage: benches/load.py [SDLC [RATE...]]
  SDLC  the binary [default: target/release/sdlc]
  RATE  requests a second [default: 100 500 1500]

`oha` (crates.io) has to be on the path. Both put the same load on it in an open model, and count latencies from when a
request was due. What the service takes is known: 10 to 30 ms for 95 % of the requests, 100 ms for the rest.

Then the load is more than what the generator can produce, in two ways: `sdlc` has to say so, or this script fails.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PAIRS = 5
SECONDS = 8
CONNECTIONS = 256
GOLDEN = 0.6180339887498949
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def latency(number):
    """Seconds that a request takes: an even share of each, in an order that looks like chance."""
    share = number * GOLDEN % 1
    return 0.1 if share >= 0.95 else 0.01 + 0.02 * share / 0.95


KNOWN = {"p50": 10 + 20 * 0.5 / 0.95, "p90": 10 + 20 * 0.9 / 0.95, "p99": 100.0}


class Service(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as little of it as a load needs. `/fast` answers at once."""

    count = 0

    def connection_made(self, transport):
        self.transport, self.text = transport, b""

    def data_received(self, data):
        self.text += data
        while (end := self.text.find(b"\r\n\r\n")) >= 0:
            request, self.text = self.text[:end], self.text[end + 4 :]
            if request.startswith(b"GET /fast"):
                self.transport.write(ANSWER)
            else:
                asyncio.get_running_loop().call_later(latency(Service.count), self.transport.write, ANSWER)
                Service.count += 1


def serve():
    """Its port. Runs in a process of its own, so that it has a core where there are two."""
    if len(sys.argv) > 1 and sys.argv[1] == "--serve":
        async def forever():
            server = await asyncio.get_running_loop().create_server(Service, "127.0.0.1", 0, backlog=1024)
            print(server.sockets[0].getsockname()[1], flush=True)
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            await server.serve_forever()

        asyncio.run(forever())
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline())


def ours(sdlc, root, url, rate, connections=CONNECTIONS, seconds=SECONDS):
    """Metrics by name, and the rules of the findings."""
    address = url.split("/")[2]
    (root / "sdlc.toml").write_text(
        f'[gates.speed]\nplugin = "builtin:performance"\nrequire = {{ p50 = ">= 0" }}\n'
        f'grant = {{ connect = ["{address}"] }}\ntimeout = "2m"\n[gates.speed.settings]\nurl = "{url}"\nrate = {rate}\n'
        f'warm-up = "1s"\nduration = "{seconds}s"\nconnections = {connections}\n'
    )
    command = [str(sdlc), "run", "--output-format", "json", "--exit-zero"]
    run = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True)
    gate = json.loads(run.stdout)["gates"][0]
    return {metric["name"]: metric["value"] for metric in gate["metrics"]}, [finding["rule"] for finding in gate["findings"]]


def theirs(url, rate):
    command = ["oha", "--no-tui", "--output-format", "json", "-q", str(rate), "--latency-correction", "-z", f"{SECONDS}s", "-w"]
    run = subprocess.run([*command, "-c", str(CONNECTIONS), url], stdout=subprocess.PIPE, check=True)
    told = json.loads(run.stdout)
    percentiles = {name: told["latencyPercentiles"][name] * 1000 for name in KNOWN}
    return {**percentiles, "throughput": told["summary"]["requestsPerSec"]}


def rows(sdlc, root, url, rate):
    pairs = [(ours(sdlc, root, url, rate)[0], theirs(url, rate)) for _ in range(PAIRS)]
    for name in ("p50", "p90", "p99", "throughput"):
        median = lambda side, name=name: statistics.median(pair[side][name] for pair in pairs)
        ratio = statistics.median(pair[0][name] / pair[1][name] for pair in pairs)
        unit, known = ("requests/s", rate) if name == "throughput" else ("ms", KNOWN[name])
        print(f"| {name} at {rate} requests/s | {known:.1f} {unit} | {median(0):.1f} | {median(1):.1f} | {ratio:.2f}x |", flush=True)


def bottleneck(sdlc, root, url, what, rate, connections):
    metrics, rules = ours(sdlc, root, url, rate, connections, seconds=3)
    if "saturated-generator" not in rules:
        sys.exit(f"{what}: sdlc does not say that the generator was the bottleneck ({metrics})")
    print(f"{what}: `saturated-generator` is told, p50 is {metrics['p50']:.0f} ms", flush=True)


def main():
    process, port = serve()
    sdlc = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "target/release/sdlc"
    root = Path(tempfile.mkdtemp(prefix="sdlc-bench-"))
    os.environ["SDLC_CACHE_DIR"], os.environ["SDLC_STATE_DIR"] = str(root / "cache"), str(root / "state")
    try:
        url = f"http://127.0.0.1:{port}/"
        print("| figure | known | sdlc | oha | ratio |\n| --- | --- | --- | --- | --- |")
        for rate in [int(rate) for rate in sys.argv[2:]] or (100, 500, 1500):
            rows(sdlc, root, url, rate)
        print()
        bottleneck(sdlc, root, url, "one connection for 100 requests/s of 25 ms", 100, 1)
        bottleneck(sdlc, root, f"{url}fast", "50,000 requests/s on this machine", 50000, 256)
    finally:
        process.stdin.close()
        process.wait()
        shutil.rmtree(root)


main()
