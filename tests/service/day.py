"""Days that take a minute: 20 requests a second at night, 220 at noon. `python3 day.py [DAYS]`, against the example's proxy."""

import http.client
import math
import sys
import threading
import time

DAY = 60.0
CLIENTS = 10
days = int(sys.argv[1]) if len(sys.argv) > 1 else 6
began = time.monotonic()
counts = [[0, 0] for _ in range(days)]  # of each day: good and failed
lock = threading.Lock()


def rate(at):
    return 120 - 100 * math.cos(math.tau * at / DAY)


def ask(connection):
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, http.client.HTTPException) as error:
        print(f"failed: {error}")
        connection.close()
        return False


def client():
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=10)
    due = began
    while (at := time.monotonic() - began) < days * DAY:
        good = ask(connection)
        with lock:
            counts[int(at / DAY)][not good] += 1
        due = max(due + CLIENTS / rate(at), time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))


threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
for thread in threads:
    thread.start()
for day in range(1, days + 1):
    time.sleep(max(0.0, began + day * DAY - time.monotonic()))
    with lock:
        good, failed = counts[day - 1]
    print(f"day {day}: {good} requests, {failed} failed", flush=True)
for thread in threads:
    thread.join()
