#!/usr/bin/env python3
"""1.4 million lines of public purchases through `termometro import tvec_items`: how long reading and judging them takes on two cores, the most
memory that the program had, and how the decided ones stand against what they truly are.

    purchases.py --program target/release/termometro [--lines 1400000]

The market is generated; the database is a private PostgreSQL.
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECONDS_GOAL = 60
MEBIBYTES_GOAL = 64
CORES = 2


def measured(command, environment):
    start = time.monotonic()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command} failed: {said}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, said


def traps(path):
    with open(path, encoding="utf-8", newline="") as file:
        return collections.Counter(row["trampa"] for row in csv.DictReader(file))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "target" / "release" / "termometro"))
    parser.add_argument("--lines", type=int, default=1_400_000)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="termometro-purchases-"))
    folder.chmod(0o755)
    environment = dict(os.environ, TERMOMETRO_DATA_DIR=str(folder / "data"), TERMOMETRO_LOG="error")
    environment.pop("DATABASE_URL", None)
    keep = None
    try:
        market = folder / "market"
        sizes = ["--medicines", "20000", "--ceilings", "6000", "--reports", "1", "--purchases", str(options.lines), "--faults", "1009"]
        subprocess.run([options.program, "generate", "--out", market, *sizes], env=environment, check=True, stdout=subprocess.DEVNULL)
        # Kept running, so that its start is not measured.
        keep = subprocess.Popen([options.program, "database"], env=environment, stdout=subprocess.PIPE, text=True)
        keep.stdout.readline()
        for kind, file in [("catalogue", "catalogue.csv"), ("ceilings", "ceilings.csv"), ("tvec_orders", "tvec_orders.csv")]:
            measured([options.program, "import", kind, str(market / file)], environment)
        command = [options.program, "import", "--json", "tvec_items", str(market / "tvec_items.csv")]
        seconds, mebibytes, said = measured(command, environment)
        report = json.loads(said.strip().splitlines()[0])
        print(f"{options.lines} lines: {seconds:.1f} s (goal {SECONDS_GOAL}), {mebibytes:.0f} MiB (goal {MEBIBYTES_GOAL})")
        print(f"verdicts: {json.dumps(report.get('verdicts'))}; traps: {dict(traps(market / 'tvec_labels.csv'))}")
        goal = SECONDS_GOAL * options.lines / 1_400_000
        return 1 if seconds > max(goal, 5) or mebibytes > MEBIBYTES_GOAL else 0
    finally:
        if keep is not None:
            keep.terminate()
            keep.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
