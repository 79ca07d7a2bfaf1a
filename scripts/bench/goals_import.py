"""Goals 7 and 8: importing reports against `psql \\copy` of the same file, without the indexes, and its memory."""

import re
import statistics
import time

from . import dataset
from .build import say
from .ratio import Series, alternating
from .result import Result

ROUND, BARE = "bench_import", "bench_bare"
# The publisher's columns in the types that hold them; no index, no constraint.
BARE_TABLE = """CREATE TABLE bare (noexpediente integer, presentacioncomercial integer, anniocorte integer, mesfactura integer,
    codrolactorreportante smallint, codtipooperacion text, codtipotransaccion smallint, codunidadfactura text,
    valorminimo numeric, valormaximo numeric, totalunidadesfacturadas numeric, valortotalfacturado numeric)"""
# Of the server's log: how long the statement took that builds a partition's indexes and attaches it.
INDEXING = re.compile(r"duration: ([0-9.]+) ms +(?:statement|execute [^:]*):(?:(?!duration:).)*?ADD PRIMARY KEY", re.S)


def ours(stage, file):
    """One import into a database with the law and without reports."""
    database = stage.database
    database.copy_of(dataset.LAW, ROUND)
    # So that the log tells how long the indexes took.
    database.psql(ROUND, f"ALTER DATABASE {ROUND} SET log_min_duration_statement = '5ms'")
    database.psql(ROUND, "CHECKPOINT")
    log = database.data_dir / "postgresql" / "server.log"
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
        found = INDEXING.findall(lines.read().decode("utf-8", "replace"))
    return sum(map(float, found)) / 1000 if found else None


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
    yield Result("7", f"import of {reports:,} reports: rows per second / \\copy", 0.70, 0.45).measured(
        whole, f"{middle(whole.theirs):.2f} s against {middle(whole.ours):.2f} s; {reports / middle(whole.theirs):,.0f} rows a second; {counts}")
    without = Result("8", "same without building indexes: rows per second / \\copy", 1.2, 0.8)
    if bare.ratios:
        yield without.measured(bare, f"{middle(bare.theirs):.2f} s: the import less the statement that indexes and attaches, by the server's log")
    else:
        yield without.not_measured("the import makes no partition at this size, or the server's log does not tell how long its indexes took")
    yield Result("8", f"peak memory at {reports:,} reports", 32, 64, "MiB", False).absolute(peaks)
    yield from large(stage)


def large(stage):
    result = Result("8", "peak memory at 23,000,000 reports", 32, 64, "MiB", False)
    growth = Result("12", "import: cost per row at 23 million / at 3 million", 1.1, 1.25, higher_is_better=False)
    if not stage.plan.reports_full:
        reason = "only with `make bench FULL=1`: it needs some 20 GB of disk and an hour"
        yield result.not_measured(reason)
        yield growth.not_measured(reason)
        return
    say("goals 8 and 12: import of the large file")
    folder = dataset.generate(stage.binary, stage.home / "data-full", stage.plan, stage.plan.reports_full)
    cost, peaks, usual = Series(), [], stage.folder / "sismed.csv"
    for _ in range(3):
        small = ours(stage, usual)
        great = ours(stage, folder / "sismed.csv")
        peaks.append(great.peak_mib)
        cost.add(great.seconds / stage.plan.reports_full, small.seconds / stage.plan.reports)
    yield result.absolute(peaks)
    yield growth.measured(cost, f"{statistics.median(cost.ours) * 1e6:.2f} / {statistics.median(cost.theirs) * 1e6:.2f} µs a row; three rounds")
