"""Goals W10 and W17: `termometro verify` of all that is stored, in rows a second, against the import that judged the same."""

import time

from . import dataset, plan
from .build import say
from .goals_versions import command
from .ratio import Series

FULL = "bench_verified"


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
    folder = dataset.generate(stage.binary, stage.home / "data-full", stage.plan, stage.plan.reports_full)
    stage.database.copy_of(dataset.LAW, FULL)
    dataset.import_file(stage.binary, stage.database, FULL, "sismed", folder / "sismed.csv")
    cost = Series()
    cost.add(verified(stage, FULL) / stage.plan.reports_full, usual)
    stage.database.drop(FULL)
    stage.lines["W17 verify"].measured(cost, f"{cost.ours[0] * 1e6:.2f} / {cost.theirs[0] * 1e6:.2f} µs a row")
