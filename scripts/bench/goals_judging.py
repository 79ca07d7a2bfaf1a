"""Goals 10, W9 and W17: re-judging and statistics, measured by benches/national.rs inside our program's own code."""

import json
import statistics
import subprocess

from . import large, plan
from .build import say
from .ratio import Series
from .servers import clean_environment


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
        raise RuntimeError(f"benches/national.rs: {done.stderr.strip()[-3000:]}")
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


def goals_judging(stage):
    """Re-judging and quartiles at the usual size, then their growth."""
    say("goals 10 and W9: re-judging and quartiles")
    lines = lines_of(stage, stage.database.name, stage.plan.national_rounds)
    found = {line["goal"]: line for line in lines if "goal" in line}
    for goal, key in (("9b", "W9 part"), ("10", "10")):
        if goal not in found:
            stage.lines[key].not_measured(f"benches/national.rs prints no line for goal {goal}")
            continue
        series = series_of(found[goal])
        figures = f"{statistics.median(series.ours):,.0f} / {statistics.median(series.theirs):,.0f} ms"
        if goal == "9b":
            series.ratios = [ratio * 100 for ratio in series.ratios]
        else:
            series = series.upside_down()
        stage.lines[key].measured(series, figures)
    stage.lines["10"].beside += "".join(f"; {line['name']}: {line['ours_ms']} ms" for line in lines if "goal" not in line)
    if "9a" in found:
        stage.kept["preview_sql_ms"] = statistics.median(series_of(found["9a"]).theirs)
    growth(stage, found)


def growth(stage, found):
    # Goal, and the side that is measured; judging all again is the yardstick of 9b.
    keys = {"W17 judging": ("9b", "theirs"), "W17 series": ("10", "ours")}
    if not stage.plan.reports_full:
        for key in keys:
            stage.lines[key].not_measured(plan.ONLY_FULL)
        return
    say("goal W17: re-judging at the large size")
    great = {line["goal"]: line for line in lines_of(stage, large.database(stage), 3) if "goal" in line}
    for key, (goal, side) in keys.items():
        small = statistics.median(getattr(series_of(found[goal]), side)) / stage.plan.reports
        series = Series()
        for mine in getattr(series_of(great[goal]), side):
            series.add(mine / stage.plan.reports_full, small)
        stage.lines[key].measured(series, f"{statistics.median(series.ours) * 1e6:,.0f} / {small * 1e6:,.0f} ns a row")
