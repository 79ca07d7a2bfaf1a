"""Goals W4 to W6, W13 and W17: importing reports against `psql \\copy` of the same file, without the indexes, the first file against a
later one, and its memory."""

import csv
import os
import re
import shutil
import statistics
import time

from . import dataset, large, plan
from .build import say
from .ratio import Series

ROUND, BARE, OLDER = "bench_import", "bench_bare", "bench_older"
# The generated reports are of eight years.
YEARS = 8
# The publisher's columns in the types that hold them; no index, no constraint.
BARE_TABLE = """CREATE TABLE bare (noexpediente integer, presentacioncomercial integer, anniocorte integer, mesfactura integer,
    codrolactorreportante smallint, codtipooperacion text, codtipotransaccion smallint, codunidadfactura text,
    valorminimo numeric, valormaximo numeric, totalunidadesfacturadas numeric, valortotalfacturado numeric)"""
# An entry of the server's log begins with the time and the process; the statement itself may run over many lines.
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [^\[\n]*\[(\d+)\] ", re.M)
DURATION = re.compile(r"LOG:  duration: ([0-9.]+) ms")


def ours(stage, file, template):
    """One import into a copy of the database `template`: with the law alone it is the first file, beside reports a later one."""
    database = stage.database
    database.copy_of(template, ROUND)
    # So that the log tells how long the indexes took.
    database.psql(ROUND, f"ALTER DATABASE {ROUND} SET log_min_duration_statement = '5ms'")
    database.psql(ROUND, "CHECKPOINT")
    log = database.log()
    before = log.stat().st_size if log.exists() else 0
    imported = dataset.import_file(stage.binary, database, ROUND, "sismed", file)
    imported.indexing_seconds = indexing_seconds(log, before)
    database.drop(ROUND)
    return imported


def with_older_reports(stage):
    """A database with as many reports of other months, which a later file does not state again: eight years before."""
    if OLDER in stage.kept:
        return OLDER
    older = stage.invented / "sismed-older.csv"
    with open(stage.folder / "sismed.csv", encoding="utf-8", newline="") as lines, open(older, "w", encoding="utf-8", newline="") as written:
        rows, out = csv.reader(lines), csv.writer(written, lineterminator="\n")
        out.writerow(next(rows))
        for row in rows:
            row[2] = str(int(row[2]) - YEARS)
            out.writerow(row)
    stage.database.copy_of(dataset.LAW, OLDER)
    imported = dataset.import_file(stage.binary, stage.database, OLDER, "sismed", older)
    older.unlink()
    if imported.report["accepted"] < stage.plan.reports / 2:
        raise RuntimeError(f"older reports: {imported.report}")
    stage.database.psql(OLDER, "VACUUM ANALYZE")
    stage.kept[OLDER] = True
    return OLDER


def stated_again(file, folder):
    """The same rows and one more, as the publisher gives a data set out again: another file to the service."""
    again = folder / "sismed-again.csv"
    shutil.copyfile(file, again)
    with open(file, "rb") as lines:
        lines.seek(-4096, os.SEEK_END)
        last = lines.read().splitlines()[-1].split(b",")
    last[10] = str(int(float(last[10])) + 1).encode()
    with open(again, "ab") as lines:
        lines.write(b",".join(last) + b"\n")
    return again


def indexing_seconds(log, before):
    if not log.exists():
        return None
    with open(log, "rb") as lines:
        lines.seek(min(before, log.stat().st_size))
        return indexing(lines.read().decode("utf-8", "replace"))


def indexing(text):
    """Seconds of the statement that builds a partition's indexes, analyses and attaches it; None where the log does not tell."""
    entries = ENTRY.split(text)[2::2]
    # A prepared statement has an entry for each of its steps.
    attached = [entry for entry in entries if "attach_report_partition(" in entry and " execute " in entry]
    found = [float(duration[1]) / 1000 for duration in map(DURATION.search, attached) if duration]
    return sum(found) if found else None


def copied(stage, file):
    """Seconds of `psql \\copy` from start to exit."""
    database = stage.database
    database.copy_of("template0", BARE)
    database.psql(BARE, BARE_TABLE)
    database.psql(BARE, "CHECKPOINT")
    begun = time.monotonic()
    database.psql(BARE, f"\\copy bare FROM '{file}' WITH (FORMAT csv, HEADER)")
    seconds = time.monotonic() - begun
    database.drop(BARE)
    return seconds


def goals_imports(stage):
    say("goals W4 to W6: import")
    file, reports, middle = stage.folder / "sismed.csv", stage.plan.reports, statistics.median
    with_reports = with_older_reports(stage)
    whole, bare, first_file, peaks = Series(), Series(), Series(), []
    for number in range(stage.plan.import_rounds):
        sides = {
            "later": lambda: ours(stage, file, with_reports),
            "first": lambda: ours(stage, file, dataset.LAW),
            "copy": lambda: copied(stage, file),
        }
        # Who begins changes from round to round.
        order = list(sides)[number % 3:] + list(sides)[:number % 3]
        found = {side: sides[side]() for side in order}
        imported, seconds = found["later"], found["copy"]
        whole.add(seconds, imported.seconds)
        first_file.add(found["first"].seconds, imported.seconds)
        peaks.append(imported.peak_mib)
        if imported.indexing_seconds is not None:
            bare.add(seconds, imported.seconds - imported.indexing_seconds)
    # The ratio of speeds is the ratio of times turned round: ours stands second above.
    stage.kept["import_rows_per_second"] = reports / middle(whole.theirs)
    rows = imported.report
    counts = f"{rows['accepted']:,} accepted, {rows['quarantined']:,} quarantined"
    beside = f"beside {reports:,} reports: {middle(whole.theirs):.2f} s against {middle(whole.ours):.2f} s; {reports / middle(whole.theirs):,.0f} rows a second; {counts}"
    stage.lines["W4"].measured(whole, beside)
    if bare.ratios:
        stage.lines["W5"].measured(bare, f"{middle(bare.theirs):.2f} s on one connection: the import less the statement that indexes, analyses and attaches, by the server's log")
    else:
        stage.lines["W5"].not_measured("the import makes no partition at this size, or the server's log does not tell how long its indexes took")
    stage.lines["W6"].measured(first_file, f"{middle(first_file.ours):.2f} / {middle(first_file.theirs):.2f} s")
    stage.lines["W13 import"].absolute(peaks, f"{reports:,} reports")
    again = Series()
    again.add(ours(stage, stated_again(file, stage.invented), stage.database.name).seconds, middle(whole.theirs))
    stage.lines["W4 again"].measured(again, f"{again.ours[0]:.1f} s: every report that is stored ends, and its row is written again")
    growth(stage)


def growth(stage):
    if not stage.plan.reports_full:
        for key in ("W13 full", "W17 import"):
            stage.lines[key].not_measured(plan.ONLY_FULL)
        return
    say("goals W13 and W17: import of the large file")
    folder = large.folder(stage)
    cost, peaks, usual = Series(), [], stage.folder / "sismed.csv"
    for _ in range(3):
        small = ours(stage, usual, dataset.LAW)
        great = ours(stage, folder / "sismed.csv", dataset.LAW)
        peaks.append(great.peak_mib)
        cost.add(great.seconds / stage.plan.reports_full, small.seconds / stage.plan.reports)
    stage.lines["W13 full"].absolute(peaks)
    stage.lines["W17 import"].measured(cost, f"{statistics.median(cost.ours) * 1e6:.2f} / {statistics.median(cost.theirs) * 1e6:.2f} µs a row; three rounds")
