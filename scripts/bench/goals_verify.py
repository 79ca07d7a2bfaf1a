"""Goals W10, W15 and W17: `termometro verify` of all that is stored, in rows a second, against the import that judged the same; and
what a backup holds that could be made again."""

import re
import shutil
import subprocess
import time

from . import large, plan
from .build import say
from .goals_versions import command
from .ratio import Series

# Open-data files, and one row a presentation. What the program says of itself is not asked.
MADE_AGAIN = re.compile(r"export_(piece|part|file_part)|medicine$")
IN_DUMP = re.compile(r"TABLE DATA public (\S+)")


def verified(stage, database=None):
    """Seconds from start to exit; it fails the run when anything differs."""
    begun = time.monotonic()
    command(stage, "verify", database=database)
    return time.monotonic() - begun


def goal_verify(stage):
    say("goal W10: verify")
    reports = int(stage.database.psql(stage.database.name, "SELECT count(*) FROM sismed_report"))
    times = [verified(stage) for _ in range(3)]
    if "import_rows_per_second" not in stage.kept:
        raise RuntimeError("the import was not measured in this run: goal W4")
    rate = Series()
    for seconds in times:
        rate.add(reports / seconds, stage.kept["import_rows_per_second"])
    middle = sorted(times)[len(times) // 2]
    stage.lines["W10"].measured(rate, f"{reports / middle:,.0f} / {stage.kept['import_rows_per_second']:,.0f} rows a second; {middle:.1f} s for {reports:,} reports and all else that it covers")
    growth(stage, middle / reports)


def growth(stage, usual):
    if not stage.plan.reports_full:
        stage.lines["W17 verify"].not_measured(plan.ONLY_FULL)
        return
    say("goal W17: verify at the large size")
    cost = Series()
    cost.add(verified(stage, large.database(stage)) / stage.plan.reports_full, usual)
    stage.lines["W17 verify"].measured(cost, f"{cost.ours[0] * 1e6:.2f} / {cost.theirs[0] * 1e6:.2f} µs a row")


def goal_backup(stage):
    """By the documented command, of the filled database with its open-data files."""
    say("goal W15: backup")
    folder = stage.home / "backup"
    shutil.rmtree(folder, ignore_errors=True)
    begun = time.monotonic()
    command(stage, "backup", "--to", folder)
    seconds = time.monotonic() - begun
    restore = stage.programs["psql"].with_name("pg_restore")
    listed = subprocess.run([restore, "--list", folder / "database.dump"], capture_output=True, text=True, check=True).stdout
    tables = set(IN_DUMP.findall(listed))
    rows = stage.database.psql(stage.database.name, "SELECT relname, pg_table_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    sizes = {name: int(size) for name, size in (row.split("|") for row in rows.splitlines())}
    inside = {name: size for name, size in sizes.items() if name in tables}
    again = sum(size for name, size in inside.items() if MADE_AGAIN.match(name))
    left_out = sum(size for name, size in sizes.items() if name not in tables)
    written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    beside = f"{seconds:.1f} s, {written / 1e6:,.0f} MB; {len(tables)} tables; {left_out / 1e6:,.0f} MB of tables left out, of {sum(sizes.values()) / 1e6:,.0f} MB"
    stage.lines["W15"].absolute([100 * again / sum(inside.values())], beside)
