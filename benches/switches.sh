#!/usr/bin/env bash
# Requests that are lost in blue-green switches: SDLC [SWITCHES]. Needs a Docker engine, busybox-static and oha on the PATH.
# Load all the time: 400 requests/s over connections that are kept, 100/s over new ones, 20/s that take 300 ms each.
set -euo pipefail
sdlc=$(realpath "$1") switches=${2:-100}
directory=$(mktemp -d)
cd "$directory"
export SDLC_STATE_DIR="$directory/state"
cleanup() {
    "$sdlc" proxy stop production 2>/dev/null || true
    docker ps -aq --filter label=sdlc.project=switches | xargs -r docker rm -f >/dev/null
    docker network rm sdlc-switches-production >/dev/null 2>&1 || true
    docker rmi -f switches:1 switches:2 >/dev/null 2>&1 || true
    rm -rf "$directory"
}
trap cleanup EXIT
mkdir -p root/bin root/www/cgi-bin
cp /bin/busybox root/bin/
for applet in sh httpd sleep echo; do ln -s busybox "root/bin/$applet"; done
printf '#!/bin/sh\nsleep 0.3\necho "Content-Type: text/plain"\necho\necho slow\n' >root/www/cgi-bin/slow
chmod +x root/www/cgi-bin/slow
for version in 1 2; do
    echo "version $version" >root/www/index.html
    tar -C root -c . | docker import -c 'CMD ["/bin/httpd","-f","-p","8080","-h","/www"]' - "switches:$version" >/dev/null
done
cat >sdlc.toml <<'TOML'
[project]
name = "switches"
[environments.production]
image = "switches"
replicas = 2
port = 8080
listen = "127.0.0.1:18081"
health = { interval = "200ms", timeout = "1s", healthy-after = 1 }
stop-timeout = "2s"
[environments.production.deploy]
plugin = "builtin:blue-green"
settings = { steps = [50, 100], hold = "200ms", patience = { settle = "0s" } }
TOML
"$sdlc" deploy production 1 2>/dev/null
url=http://127.0.0.1:18081
load() { oha -z 1h --no-tui --output-format json -o "$1.json" "${@:2}" >/dev/null & }
load kept -q 400 -c 20 $url/
kept=$!
load new -q 100 -c 20 --disable-keepalive $url/
new=$!
load slow -q 20 -c 20 $url/cgi-bin/slow
slow=$!
began=$SECONDS
for index in $(seq "$switches"); do
    "$sdlc" deploy production $((index % 2 + 1)) 2>>log || { tail -5 log; exit 1; }
done
took=$((SECONDS - began))
kill -INT $kept $new $slow
wait $kept $new $slow || true
python3 - "$switches" "$took" <<'PYTHON'
import json, sys
good, bad = 0, 0
for name in ("kept", "new", "slow"):
    report = json.load(open(f"{name}.json"))
    codes, errors = report["statusCodeDistribution"], report["errorDistribution"]
    # Those that were in flight when the load was ended are no loss.
    errors = {text: count for text, count in errors.items() if "deadline" not in text}
    here = codes.get("200", 0)
    failed = sum(codes.values()) - here + sum(errors.values())
    print(f"{name}: {here} requests, {failed} failed {errors or ''}")
    good, bad = good + here, bad + failed
print(f"{sys.argv[1]} switches in {sys.argv[2]} s: {good} requests ({good / int(sys.argv[2]):.0f}/s), {bad} failed")
PYTHON
