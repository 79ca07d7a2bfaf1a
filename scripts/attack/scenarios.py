"""Each attack with its limits. A scenario answers lines of the table: what, measured, limit, held or not."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from .polite import Polite, percentile

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
ATTACKER = "127.0.0.2"
# The allocator gives pages back while it works, so small questions go on meanwhile.
MEMORY_WITHIN_S = 15


@dataclass
class Line:
    what: str
    measured: float
    limit: float
    unit: str
    beside: str = ""

    @property
    def held(self):
        return self.measured is not None and self.measured <= self.limit


def flooding(server, mode, clients, seconds, path, addresses=(ATTACKER,)):
    """At the lowest priority: attackers elsewhere would not take the processor from the service, and they take what it leaves."""
    command = ["nice", "-n", "19", sys.executable, "-B", "-m", "attack.flood", mode, str(server.port), ",".join(addresses), str(clients), str(seconds), path]
    return subprocess.Popen(command, cwd=SCRIPTS, stdout=subprocess.PIPE, text=True)


def outcome(process):
    said, _ = process.communicate()
    return json.loads(said)


def polite_lines(name, polite, median_ms, p99_ms):
    return [
        Line(f"{name}: small questions of another address, median", percentile(polite.milliseconds, 0.5), median_ms, "ms", f"{len(polite.answers)} asked"),
        Line(f"{name}: the same, p99", percentile(polite.milliseconds, 0.99), p99_ms, "ms"),
        Line(f"{name}: the same, 5xx and none", polite.failed, 0, "answers"),
    ]


def memory_line(name, server, before):
    start, polite = time.monotonic(), Polite(server.port, [])
    while (after := server.memory_mib("VmRSS")) > before * 1.2 and time.monotonic() - start < MEMORY_WITHIN_S:
        polite.ask("/v1/acts")
        time.sleep(0.1)
    return Line(f"{name}: memory afterwards / before", after / before, 1.2, "x", f"{before:.0f} -> {after:.0f} MiB within {time.monotonic() - start:.0f} s")


def dear_questions(server, small, dear, seconds):
    lines = []
    for path in dear:
        name, before = f"100 clients on {path}", server.memory_mib("VmRSS")
        attack = flooding(server, "ask", 100, seconds, path)
        time.sleep(0.5)
        with Polite(server.port, small) as polite:
            found = outcome(attack)
        lines += polite_lines(name, polite, 20, 250)
        lines[-1].beside = f"attackers got {found['statuses']}"
        lines.append(memory_line(name, server, before))
    return lines


def sockets_and_drips(server, small, seconds):
    few = [f"127.0.1.{number}" for number in range(1, 5)]
    before = server.memory_mib("VmRSS")
    keeping = flooding(server, "keep", 1060, seconds, small[0], [ATTACKER])
    drips = flooding(server, "drip", 520, seconds, "/v1/checks", few)
    time.sleep(2)
    with Polite(server.port, [*small, "/healthz", "/readyz"]) as polite:
        drips = outcome(drips)
        outcome(keeping)
    name = "1,060 sockets and 520 dripping bodies"
    lines = polite_lines(name, polite, 50, 500)
    lines[-1].beside = f"drips: {drips['statuses']} {drips['faults']}"
    return [*lines, memory_line(name, server, before)]


def readers_of_the_first_page(server, count):
    addresses = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(min(count, 5_000))]
    before = server.memory_mib("VmRSS")
    found = outcome(flooding(server, "visit", count, 120, "/", addresses))
    errors = sum(number for status, number in found["statuses"].items() if int(status) >= 500)
    served = [spent for spent in found["milliseconds"] if spent >= 0]
    name = f"{count:,} people open the first page at once"
    spent = f"{found['statuses']} {found['faults']}; p50 {percentile(served, 0.5) or 0:.0f} ms, p99 {percentile(served, 0.99) or 0:.0f} ms"
    return [
        Line(f"{name}: 5xx", errors, 0, "answers", spent),
        Line(f"{name}: not answered", count - len(found["milliseconds"]), 0, "people"),
        memory_line(name, server, before),
    ]


def ten_times_the_capacity(server, mixed, seconds):
    """1,000 connections of 250 addresses. What is admitted is held against 16 connections, which the service can serve, of the same attackers."""
    addresses = [f"127.2.0.{number}" for number in range(1, 251)]
    before = server.memory_mib("VmRSS")
    with Polite(server.port, mixed) as alone:
        time.sleep(seconds / 2)
    idle = percentile(alone.milliseconds, 0.99)
    served = outcome(flooding(server, "ask", 16, seconds / 2, mixed[0], addresses[:16]))
    at_capacity = percentile([spent for spent in served["milliseconds"] if spent >= 0], 0.99)
    flood = flooding(server, "ask", 1000, seconds, mixed[0], addresses)
    time.sleep(1)
    with Polite(server.port, mixed) as polite:
        found = outcome(flood)
    admitted = percentile([spent for spent in found["milliseconds"] if spent >= 0], 0.99)
    p99, name = percentile(polite.milliseconds, 0.99), "1,000 connections"
    return [
        Line(f"{name}: small questions of another address, p99 / that of 16 connections", p99 / at_capacity, 2, "x",
             f"{p99:.1f} / {at_capacity:.1f} ms ({served['statuses']}); nobody else there: {idle:.1f} ms; flood: {found['statuses']}, "
             f"its admitted p99 {admitted or 0:.0f} ms (the attackers take what the service leaves of the cores)"),
        Line(f"{name}: small questions of another address, refused or not answered", polite.failed, 0, "answers", f"{len(polite.answers)} asked"),
        memory_line(name, server, before),
    ]


def slow_readers(server, large, small, seconds=60):
    addresses = [f"127.3.0.{number}" for number in range(1, 31)]
    before = server.memory_mib("VmRSS")
    attack = flooding(server, "slow", 300, seconds, large, addresses)
    most = before
    with Polite(server.port, small) as polite:
        while attack.poll() is None:
            most = max(most, server.memory_mib("VmRSS"))
            time.sleep(0.2)
        found = outcome(attack)
    held = found["faults"].get("held to the end", 0)
    name = "300 slow readers of a large answer"
    return [
        Line(f"{name}: memory at most", most - before, 100, "MiB more", f"{found['statuses']} {found['faults']}"),
        Line(f"{name}: not given up in {seconds} s", held, 0, "readers"),
        *polite_lines(name, polite, 50, 500),
        memory_line(name, server, before),
    ]


def frozen_database(server, database, path):
    """SIGSTOP to every process of PostgreSQL."""
    pids = [pid for pid in database.server.pids() if pid != database.server.process.pid]
    waited, statuses = [], []
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        for _ in range(3):
            start = time.monotonic()
            statuses.append(Polite(server.port, []).ask(path))
            waited.append(time.monotonic() - start)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    start = time.monotonic()
    while Polite(server.port, []).ask(path) != 200 and time.monotonic() - start < 30:
        time.sleep(0.05)
    return [
        Line("frozen database: longest wait for 503", max(waited), 6, "s", f"{statuses}"),
        Line("frozen database: other answers than 503", sum(status != 503 for status in statuses), 0, "answers"),
        Line("frozen database: back after", time.monotonic() - start, 2, "s"),
    ]
