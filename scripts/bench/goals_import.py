"""Goals 7 and 8: importing reports against `psql \\copy` of the same file, without the indexes, and its memory."""

import re
import statistics
import time

from . import dataset, plan
from .build import say
from .ratio import Series, alternating

ROUND, BARE = "bench_import", "bench_bare"
# The publisher's columns in the types that hold them; no index, no constraint.
BARE_TABLE = """CREATE TABLE bare (noexpediente integer, presentacioncomercial integer, anniocorte integer, mesfactura integer,
    codrolactorreportante smallint, codtipooperacion text, codtipotransaccion smallint, codunidadfactura text,
    valorminimo numeric, valormaximo numeric, totalunidadesfacturadas numeric, valortotalfacturado numeric)"""
# An entry of the server's log begins with the time and the process; the statement itself may run over many lines.
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [^\[\n]*\[(\d+)\] ", re.M)
DURATION = re.compile(r"LOG:  duration: ([0-9.]+) ms")


def ours(stage, file):
    """One import into a database with the law and without reports."""
    database = stage.database
    database.copy_of(dataset.LAW, ROUND)
    # So that the log tells how long the indexes took.
    database.psql(ROUND, f"ALTER DATABASE {ROUND} SET log_min_duration_statement = '5ms'")
    database.psql(ROUND, "CHECKPOINT")
    log = database.log()
    before = log.stat().st_size if log.exists() else 0
    imported = dataset.import_file(stage.binary, database, ROUND, "sismed", file)
    imported.indexing_seconds = indexing_seconds(log, before)
    database.drop(ROUND)
    return imported


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


def goals_7_8(stage):
    say("goals 7 and 8: import")
    file, reports = stage.folder / "sismed.csv", stage.plan.reports
    whole, bare, peaks = Series(), Series(), []
    for imported, seconds in alternating(stage.plan.import_rounds, lambda: ours(stage, file), lambda: copied(stage, file)):
        whole.add(seconds, imported.seconds)
        peaks.append(imported.peak_mib)
        if imported.indexing_seconds is not None:
            bare.add(seconds, imported.seconds - imported.indexing_seconds)
    # The ratio of speeds is the ratio of times turned round: ours stands second above.
    middle = statistics.median
    stage.kept["import_seconds_a_row"] = middle(whole.theirs) / reports
    rows = imported.report
    counts = f"{rows['accepted']:,} accepted, {rows['quarantined']:,} quarantined"
    stage.lines["7"].measured(whole, f"{reports:,} reports: {middle(whole.theirs):.2f} s against {middle(whole.ours):.2f} s; {reports / middle(whole.theirs):,.0f} rows a second; {counts}")
    if bare.ratios:
        stage.lines["8"].measured(bare, f"{middle(bare.theirs):.2f} s: the import less the statement that indexes, analyses and attaches, by the server's log")
    else:
        stage.lines["8"].not_measured("the import makes no partition at this size, or the server's log does not tell how long its indexes took")
    stage.lines["8 memory"].absolute(peaks, f"{reports:,} reports")
    large(stage)


def large(stage):
    if not stage.plan.reports_full:
        for key in ("8 memory full", "12 import"):
            stage.lines[key].not_measured(plan.ONLY_FULL)
        return
    say("goals 8 and 12: import of the large file")
    folder = dataset.generate(stage.binary, stage.home / "data-full", stage.plan, stage.plan.reports_full)
    cost, peaks, usual = Series(), [], stage.folder / "sismed.csv"
    for _ in range(3):
        small = ours(stage, usual)
        great = ours(stage, folder / "sismed.csv")
        peaks.append(great.peak_mib)
        cost.add(great.seconds / stage.plan.reports_full, small.seconds / stage.plan.reports)
    stage.lines["8 memory full"].absolute(peaks)
    stage.lines["12 import"].measured(cost, f"{statistics.median(cost.ours) * 1e6:.2f} / {statistics.median(cost.theirs) * 1e6:.2f} µs a row; three rounds")
