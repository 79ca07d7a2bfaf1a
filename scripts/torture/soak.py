"""The soak: mixed load for half an hour, a sample every ten seconds, and whether the last half is flat."""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass

from bench import build

from .__main__ import HERE, number, say
from .figures import Figures, slope, table
from .stage import Stage, Template

SAMPLE_SECONDS = 10
RSS_MEBIBYTES_MAX = 256
# How much each may grow over the last half, by its slope; the share is of its median, the number is allowed in any case.
GROWTH = {"rss_mib": (0.05, 8), "descriptors": (0.0, 6), "threads": (0.0, 3), "spool": (0.0, 2)}
PACE = 4.0


@dataclass
class Sample:
    at: float
    rss_mib: float
    descriptors: int
    threads: int
    spool: int
    database_mib: float
    connections: int
    acknowledged: int


def spread(values):
    """Between the quartiles."""
    ordered = sorted(values)
    return ordered[3 * len(ordered) // 4] - ordered[len(ordered) // 4]


def sample(stage, begun):
    installation, pid = stage.installation, stage.installation.process.pid
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        words = dict(line.split(":", 1) for line in status)
    sql = "SELECT pg_database_size(current_database()), count(*) FROM pg_stat_activity WHERE backend_type = 'client backend';"
    size, connections = installation.psql(sql).strip().split("|")
    spool = sum(1 for path in installation.spool.glob("**/*") if path.is_file()) if installation.spool.is_dir() else 0
    acknowledged = sum(number for (_, state), number in stage.ledger.counts().items() if state == "acknowledged")
    rss, descriptors = int(words["VmRSS"].split()[0]) / 1024, len(os.listdir(f"/proc/{pid}/fd"))
    return Sample(time.monotonic() - begun, rss, descriptors, int(words["Threads"]), spool, int(size) / 2**20, int(connections), acknowledged)


def judged(samples):
    """What is not flat in the last half, or too large at any time: one line each."""
    faults = []
    most = max(one.rss_mib for one in samples)
    if most > RSS_MEBIBYTES_MAX:
        faults.append(f"rss_mib: {most:.0f} at its most, {RSS_MEBIBYTES_MAX} are allowed")
    last = samples[len(samples) // 2 :]
    span = last[-1].at - last[0].at
    for name, (share, free) in GROWTH.items():
        values = [getattr(one, name) for one in last]
        grown = slope([(one.at, getattr(one, name)) for one in last]) * span
        # The last: what so many samples that only go up and down may seem to grow.
        allowed = max(free, share * sorted(values)[len(values) // 2], 4 * spread(values) / len(values) ** 0.5)
        if grown > allowed:
            faults.append(f"{name}: grew by {grown:.1f} over the last {span:.0f} s, {allowed:.1f} are allowed")
    return faults


def text(samples, faults):
    step = max(1, len(samples) // 30)
    head = ("s", "RSS MiB", "descriptors", "threads", "spool", "database MiB", "connections", "acknowledged")
    shown = [one for place, one in enumerate(samples) if place % step == 0 or place == len(samples) - 1]
    rows = [(f"{one.at:.0f}", f"{one.rss_mib:.0f}", one.descriptors, one.threads, one.spool, f"{one.database_mib:.0f}", one.connections,
             one.acknowledged) for one in shown]
    judgement = "\n".join(f"NOT FLAT: {fault}" for fault in faults) if faults else "flat in the last half, and within its memory"
    return table(head, rows) + "\n\n" + judgement


def main():
    parser = argparse.ArgumentParser(prog="torture.soak", description=__doc__)
    parser.add_argument("--program", help="this program instead of building one")
    parser.add_argument("--seconds", type=number, help="1800")
    parser.add_argument("--seed", type=number)
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(1_000_000)
    HERE.mkdir(parents=True, exist_ok=True)
    try:
        psql = build.postgresql_programs()["psql"]
        binary = pathlib.Path(wanted.program).resolve() if wanted.program else build.program()
    except (build.Missing, OSError) as fault:
        say(f"cannot start: {fault}")
        return 2
    home = pathlib.Path(tempfile.mkdtemp(prefix="termometro-soak-"))
    os.chmod(home, 0o755)
    figures, samples = Figures(seed), []
    try:
        stage = Stage(Template(binary, psql, home, seed), home / "stage", figures, seed, pace=PACE)
        try:
            begun = time.monotonic()
            stage.traffic.go()
            while time.monotonic() - begun < (wanted.seconds or 1800):
                time.sleep(SAMPLE_SECONDS)
                samples.append(sample(stage, begun))
                if len(samples) % 30 == 0:
                    say(f"{samples[-1]}")
            stage.check("the soak", last=True)
            stage.count()
        finally:
            stage.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    faults = judged(samples)
    whole = text(samples, faults) + "\n\n" + figures.text()
    (HERE / "soak.txt").write_text(whole + "\n", encoding="utf-8")
    report = {**json.loads(figures.as_json(program=str(binary))), "samples": [asdict(one) for one in samples], "faults_of_flatness": faults}
    (HERE / "soak.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(whole)
    return 1 if faults or figures.exit_code() else 0


if __name__ == "__main__":
    sys.exit(main())
