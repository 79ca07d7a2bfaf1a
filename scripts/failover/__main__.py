"""The run: the primary is killed, frozen and cut off in turn under load, and comes back; then everything is checked. Whatever it starts it stops."""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from bench import build
from torture.figures import Figures, seconds, table
from torture.installation import Installation
from torture.keys import make
from torture.ledger import Violation
from torture.stage import Stage

from . import network
from .cluster import Cluster, NotWhole
from .probes import Probes

HERE = build.TARGET / "failover"
FAULTS = ("killed", "frozen", "cut off")
# The promise of docs/replicas.md.
WRITES_WITHIN = 30.0
GIVEN_UP_AFTER = 90.0
QUIET_SECONDS = 3.0
PACE = 4.0


def say(text):
    print(f"failover: {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="failover", description=__doc__)
    parser.add_argument("--program", default=str(build.TARGET / "debug" / "termometro"))
    parser.add_argument("--packages", type=pathlib.Path, default=pathlib.Path("target/venv/failover"), help="a virtual environment with Patroni")
    parser.add_argument("--faults", default="", help="only these, between commas: " + ", ".join(FAULTS))
    parser.add_argument("--times", type=int, default=1, help="each fault so often")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run")
    return parser.parse_args()


class Service(Installation):
    """On the servers of the cluster; it is started once, and never again."""

    def __init__(self, binary, home, psql, cluster):
        super().__init__(binary, home, psql, TERMOMETRO_EXPORTS_KEPT="1", **cluster.settings())
        self.cluster = cluster
        self.first = None

    def start(self):
        if self.process is None:
            took = super().start()
            self.first = self.process.pid
            return took
        return 0.0

    def psql(self, sql):
        command = [str(self.psql_program), self.cluster.superuser(), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, env=self.environment(PGCONNECT_TIMEOUT=2), timeout=120, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr.strip()[-400:]}")
        return done.stdout

    def end(self):
        """Its folder goes with that of the run."""
        if self.process is not None and self.process.poll() is None:
            self.kill_service()

    def is_the_first(self):
        """Whether the process that was started first still serves."""
        return self.process.poll() is None and self.process.pid == self.first


class Started:
    """What a stage begins with: this service, with its keys."""

    def __init__(self, service, seed):
        self.service = service
        service.start()
        self.people = make(service, random.Random(f"{seed} keys"))

    def copy(self, _home):
        return self.service


class Run:
    def __init__(self, cluster, stage, probes, figures):
        self.cluster, self.stage, self.probes, self.figures = cluster, stage, probes, figures
        self.rows = []

    def fault(self, kind):
        leader = self.cluster.leader
        time.sleep(QUIET_SECONDS)
        say(f"{kind}: {leader.name}, the primary")
        failed, instant = len(self.probes.failed_reads()), time.monotonic()
        harm, heal = self.means(kind, leader)
        harm()
        try:
            took = self.probes.wait_until_written(instant, GIVEN_UP_AFTER)
        finally:
            heal()
        if took is None or took > WRITES_WITHIN:
            self.seen(Violation("writes do not go again in time", kind, f"{seconds(took)} after {leader.name} was {kind}"))
        back, now = self.cluster.wait_until_whole()
        self.cluster.leader = now
        if now is leader:
            self.seen(Violation("no other server took over", kind, leader.name))
        lost_reads = self.probes.failed_reads()[failed:]
        for one in lost_reads[:3]:
            self.seen(Violation("failed read", kind, one))
        self.rows.append((kind, leader.name, now.name, took, back, len(lost_reads)))
        say(f"{kind}: writes again after {seconds(took)} on {now.name}, {leader.name} a standby again {seconds(back)} later")

    def means(self, kind, leader):
        if kind == "killed":
            return leader.kill, lambda: leader.start(self.cluster.configuration)
        if kind == "frozen":
            return lambda: leader.signal(signal.SIGSTOP), lambda: leader.signal(signal.SIGCONT)
        cut = self.cluster.network.connect
        return lambda: cut(leader.number, False), lambda: cut(leader.number, True)

    def seen(self, violation):
        say(f"{violation.kind}: {violation.detail}")
        self.figures.violated([violation], violation.subject)

    def check(self):
        """With no write under way."""
        with self.probes.writes_held():
            self.stage.check("all faults", last=True)
        service = self.stage.installation
        if not service.is_the_first():
            self.seen(Violation("service ended", "all faults", service.last_words()))
        for operation, body in self.probes.statuses.faults().items():
            self.seen(Violation("answer 500", operation, body))

    def text(self):
        head = ("the primary was", "which", "then it was", "writes again after", "whole again after", "failed reads")
        rows = [(kind, was, became, seconds(took), seconds(back), lost) for kind, was, became, took, back, lost in self.rows]
        reads = (f"reads without a key: {self.probes.answered_reads()} answered, {len(self.probes.failed_reads())} failed, "
                 f"the longest {seconds(self.probes.longest_read())}")
        return "\n\n".join([table(head, rows), reads, self.figures.text()])


def possible(wanted, place, figures):
    chosen = [kind for kind in FAULTS if not wanted or kind in wanted]
    if place.why_not and "cut off" in chosen:
        figures.skipped["cut off"] = place.why_not
        say(f"SKIPPED cut off: {place.why_not}")
        chosen.remove("cut off")
    return chosen


def carry_out(wanted, home, figures):
    programs = build.postgresql_programs()
    binary = pathlib.Path(wanted.program).resolve()
    packages = next(iter(sorted(wanted.packages.glob("lib/python*/site-packages"))), None)
    if packages is None or not binary.exists():
        raise build.Missing(f"{binary} and Patroni in {wanted.packages} are needed: make test-failover")
    place = network.choose()
    chosen = possible([kind.strip() for kind in wanted.faults.split(",") if kind.strip()], place, figures)
    with contextlib.ExitStack() as stack:
        begun = time.monotonic()
        cluster = Cluster(home, place, packages, programs["psql"].parent)
        stack.callback(cluster.end)
        say(f"three servers are whole after {time.monotonic() - begun:.0f} s")
        service = Service(binary, home / "service", programs["psql"], cluster)
        stack.callback(service.end)
        started = Started(service, wanted.seed)
        stage = Stage(started, home / "service", figures, wanted.seed, pace=PACE)
        stack.callback(stage.close)
        probes = Probes(service.port, started.people.drafter, stage.ledger)
        stack.callback(probes.stop)
        stage.traffic.go()
        run = Run(cluster, stage, probes, figures)
        for kind in chosen * wanted.times:
            run.fault(kind)
        run.check()
        stage.count()
        return run.text()


def main():
    wanted = arguments()
    network.enter()
    # As Ctrl-C, so that whatever was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    HERE.mkdir(parents=True, exist_ok=True)
    figures, home = Figures(wanted.seed), pathlib.Path(tempfile.mkdtemp(prefix="termometro-failover-"))
    os.chmod(home, 0o755)
    try:
        text = carry_out(wanted, home, figures)
    except (build.Missing, NotWhole) as fault:
        say(str(fault))
        return 2
    except Exception:
        traceback.print_exc()
        return 2
    finally:
        if wanted.keep:
            say(f"left in {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    (HERE / "report.txt").write_text(text + "\n", encoding="utf-8")
    (HERE / "report.json").write_text(figures.as_json(program=wanted.program, seconds=round(time.monotonic() - begun)), encoding="utf-8")
    print(text)
    say(f"{time.monotonic() - begun:.0f} s; written: {HERE / 'report.txt'}")
    return figures.exit_code()


if __name__ == "__main__":
    sys.exit(main())
