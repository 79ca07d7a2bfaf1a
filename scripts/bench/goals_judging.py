"""Goals 9, 10 and 12: re-judging and statistics, measured by benches/national.rs inside our program's own code."""

import json
import statistics
import subprocess

from . import dataset
from .build import say
from .ratio import Series
from .result import Result
from .servers import clean_environment

FULL = "bench_full"


def lines_of(stage, name, rounds):
    """The bench's JSON lines about the database `name`."""
    executable = stage.benches["national"]
    if isinstance(executable, str):
        raise RuntimeError(executable)
    url = stage.database.url_of(name)
    environment = clean_environment(DATABASE_URL=url)
    done = subprocess.run([executable, "--bench", "--json", "--database-url", url, "--rounds", str(rounds)],
                          capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"benches/national.rs: {done.stderr.strip()[-300:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def series_of(line):
    """Rounds as the bench prints them: a list a side, or one figure a side."""
    series = Series()
    ours, theirs = line["ours_ms"], line["theirs_ms"]
    if not isinstance(ours, list):
        ours, theirs = [ours], [theirs]
    for mine, other in zip(ours, theirs):
        series.add(max(mine, 0.001), max(other, 0.001))
    return series


def wanted():
    return {
        "9a": Result("9", "re-judging every report, times quicker than set-based SQL", 60, 25),
        "9b": Result("9", "an act that touches 1 % of the reports, of a full run", 2, 5, "%", False),
        "10": Result("10", "units-weighted quartiles of all markets, times quicker than SQL", 55, 25),
    }


def goals_9_10(stage):
    say("goals 9 and 10: re-judging and quartiles")
    try:
        lines = lines_of(stage, stage.database.name, stage.plan.national_rounds)
    except Exception as fault:  # whatever is wrong there is told in the table
        yield from (result.not_measured(str(fault)) for result in wanted().values())
        return
    found = {line["goal"]: line for line in lines if "goal" in line}
    beside = "; ".join(f"{line['name']}: {line['ours_ms']} ms" for line in lines if "goal" not in line)
    for goal, result in wanted().items():
        if goal not in found:
            yield result.not_measured(f"benches/national.rs prints no line for goal {goal}")
            continue
        series = series_of(found[goal])
        figures = f"{statistics.median(series.ours):,.0f} / {statistics.median(series.theirs):,.0f} ms"
        if goal == "9b":
            series.ratios = [ratio * 100 for ratio in series.ratios]
        else:
            series = series.upside_down()
        yield result.measured(series, f"{figures}; {beside}" if goal == "10" and beside else figures)
    stage.kept["national"] = found
    yield from growth(stage)


def growth(stage):
    results = {
        "9a": Result("12", "re-judging: cost per row at 23 million / at 3 million", 1.1, 1.25, higher_is_better=False),
        "10": Result("12", "series (quartiles): cost per row at 23 million / at 3 million", 1.1, 1.25, higher_is_better=False),
    }
    if not stage.plan.reports_full:
        for result in results.values():
            yield result.not_measured("only with `make bench FULL=1`: it needs some 20 GB of disk and an hour")
        return
    say("goal 12: re-judging at the large size")
    folder = dataset.generate(stage.binary, stage.home / "data-full", stage.plan, stage.plan.reports_full)
    stage.database.copy_of(dataset.LAW, FULL)
    dataset.import_file(stage.binary, stage.database, FULL, "sismed", folder / "sismed.csv")
    stage.database.psql(FULL, "VACUUM ANALYZE")
    large = {line["goal"]: line for line in lines_of(stage, FULL, 3) if "goal" in line}
    stage.database.drop(FULL)
    for goal, result in results.items():
        small = statistics.median(series_of(stage.kept["national"][goal]).ours) / stage.plan.reports
        series = Series()
        for mine in series_of(large[goal]).ours:
            series.add(mine / stage.plan.reports_full, small)
        yield result.measured(series, f"{statistics.median(series.ours) * 1e6:,.0f} / {small * 1e6:,.0f} ns a row")
