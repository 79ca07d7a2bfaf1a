"""Goal W7: a file of reports imported and judged by our program, against DuckDB's whole process on the same question."""

import csv
import itertools
import json
import pathlib
import statistics
import subprocess
import time

from . import dataset
from .build import Missing, say
from .goals_import import ours, with_older_reports
from .ratio import Series, alternating
from .servers import clean_environment

ROWS = 1_000_000
QUESTION = pathlib.Path(__file__).with_name("peers") / "verdicts.sql"
# In both directions.
LEFT_OUT = ("DuckDB reads one number format, knows whole packs of listed products and one ceiling for each, and has no reasons, intervals of law, "
            "quarantine, evidence, indexes or durability; ours runs in a server, beside the reports of earlier files")


def first_rows(file, folder, count):
    part = folder / "sismed-part.csv"
    with open(file, "rb") as lines, open(part, "wb") as out:
        out.writelines(itertools.islice(lines, count + 1))
    return part


def duckdb(stage, part):
    """Seconds from the start of the process to its end, and what it counted."""
    database = stage.home / "verdicts.duckdb"
    database.unlink(missing_ok=True)
    program = pathlib.Path(stage.python).with_name("duckdb")
    if not program.exists():
        raise Missing(f"{program} is not there")
    names = f"SET VARIABLE reports = '{part}'; SET VARIABLE ceilings = '{stage.folder / 'ceilings.csv'}';"
    begun = time.monotonic()
    done = subprocess.run([program, "-csv", "-init", "/dev/null", "-c", names, "-c", f".read {QUESTION}", str(database)],
                          capture_output=True, text=True, env=clean_environment())
    seconds = time.monotonic() - begun
    if done.returncode != 0:
        raise RuntimeError(f"duckdb: {done.stderr.strip()[-400:]}")
    counted = {row["verdict"]: int(row["reports"]) for row in csv.DictReader(done.stdout.splitlines())}
    if sum(counted.values()) < ROWS / 2 and stage.plan.reports >= ROWS:
        raise RuntimeError(f"duckdb judged {counted}")
    return seconds, counted


def goal_duckdb(stage):
    say("goal W7: DuckDB")
    if stage.python is None:
        raise RuntimeError(stage.python_reason)
    part = first_rows(stage.folder / "sismed.csv", stage.invented, min(ROWS, stage.plan.reports))
    times, database = Series(), with_older_reports(stage)
    for imported, (seconds, counted) in alternating(stage.plan.import_rounds, lambda: ours(stage, part, database), lambda: duckdb(stage, part)):
        times.add(imported.seconds, seconds)
    beside = f"{statistics.median(times.ours):.2f} / {statistics.median(times.theirs):.2f} s; DuckDB with 2 threads: {json.dumps(counted)}; {LEFT_OUT}"
    stage.lines["W7"].measured(times, beside)
