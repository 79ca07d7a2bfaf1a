"""The run: build, generate, import, measure goal by goal, write the table. Whatever it starts it stops."""

import argparse
import dataclasses
import shutil
import subprocess
import sys
import traceback

from . import build, dataset, machine, plan, report
from .goals_act import goal_act
from .goals_duckdb import goal_duckdb
from .goals_import import goals_imports
from .goals_judging import goals_judging
from .goals_page import goal_page
from .goals_reads import goal_3, goal_4, goals_1_2_5, goals_w11_w12
from .goals_search import goal_6
from .goals_start import goal_11, goals_start, with_private_database
from .goals_submissions import goal_submissions
from .goals_verify import goal_backup, goal_verify
from .goals_versions import goals_versions
from .servers import PrivateDatabase
from .stage import Stage

# Which goals a part measures, and the part.
PARTS = (
    ({"1", "2", "5"}, goals_1_2_5),
    ({"3"}, goal_3),
    ({"4"}, goal_4),
    ({"W11", "W12"}, goals_w11_w12),
    ({"6"}, goal_6),
    ({"11"}, goal_11),
    ({"W13", "W14"}, goals_start),
    ({"10", "W9", "W17"}, goals_judging),
    ({"W9", "W13"}, goal_act),
    # Imports take the server's cache from the others.
    ({"W4", "W5", "W6", "W10", "W13", "W17"}, goals_imports),
    ({"W7"}, goal_duckdb),
    ({"W8"}, goal_submissions),
    ({"W10", "W17"}, goal_verify),
    # It adds reports, so whatever asks for those of the file comes before.
    ({"W1", "W2", "W3", "W17"}, goals_versions),
    # With the open-data files that were made there.
    ({"W15"}, goal_backup),
    ({"W16"}, goal_page),
)
# Executables that only some goals need, and take as long to build as the program.
BENCHES = {"static_server": {"1", "2", "5"}, "national": {"10", "W9", "W17"}}


def arguments():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, about two minutes")
    parser.add_argument("--full", action="store_true", help="also 23 million reports (some 20 GB of disk, an hour)")
    parser.add_argument("--goals", default="", help="only these, between commas: 1,2,W4")
    parser.add_argument("--rounds", type=int, help="so many of each instead of the usual number")
    parser.add_argument("--program", help="this program instead of building one")
    return parser.parse_args()


def built(given, goals):
    """Our program and the executables of the benches that the goals need, each or the reason why there is none."""
    if given:
        binary = build.pathlib.Path(given).resolve()
    else:
        binary = build.program()
    benches = {}
    for name, of in BENCHES.items():
        if goals and not of & goals:
            benches[name] = "not asked for"
            continue
        try:
            benches[name] = build.bench_executable(name)
        except (build.Missing, OSError) as fault:
            benches[name] = str(fault)
    return binary, benches


def prepared(asked, goals):
    sizes = plan.QUICK if asked.quick else plan.FULL if asked.full else plan.USUAL
    if asked.rounds:
        sizes = dataclasses.replace(sizes, rounds=asked.rounds, import_rounds=asked.rounds, national_rounds=asked.rounds)
    build.HERE.mkdir(parents=True, exist_ok=True)
    home = build.HERE / "run"
    shutil.rmtree(home, ignore_errors=True)
    (home / "logs").mkdir(parents=True)
    build.ensure_wrk()
    programs = build.postgresql_programs()
    binary, benches = built(asked.program, goals)
    try:
        python, reason = build.peers_python(), ""
    except build.Missing as fault:
        python, reason = None, str(fault)
    return Stage(sizes, home, binary, programs, python, reason, benches)


def measure(stage, goals):
    """Every part in turn; one that breaks says why in the lines it left open."""
    for numbers, part in PARTS:
        if goals and not numbers & goals:
            continue
        try:
            part(stage)
        except Exception as fault:  # the other goals are still worth measuring
            traceback.print_exc()
            explain(stage, numbers, str(fault))


def explain(stage, numbers, reason):
    for line in stage.lines.values():
        if line.goal in numbers and line.value is None and not line.reason:
            line.not_measured(reason)


def main():
    asked = arguments()
    goals = {goal.strip() for goal in asked.goals.split(",") if goal.strip()}
    try:
        stage = prepared(asked, goals)
    except (build.Missing, subprocess.CalledProcessError) as fault:
        build.say(f"cannot start: {fault}")
        return 1
    facts = machine.describe(stage.programs, stage.python, build.ROOT)
    stage.folder = dataset.generate(stage.binary, build.HERE / f"data-{stage.plan.name}", stage.plan)
    stage.database = PrivateDatabase(stage.binary, stage.home / "database", stage.logs, stage.programs)
    try:
        dataset.fill(stage.binary, stage.database, stage.folder)
        stage.questions = dataset.Questions(stage.database)
        measure(stage, goals)
    finally:
        stage.database.stop()
    if not goals or "W14" in goals:
        try:
            with_private_database(stage)
        except Exception as fault:  # beside the goals
            stage.lines["W14 private"].not_measured(str(fault))
    explain(stage, {line.goal for line in stage.lines.values()}, "not asked for")
    text = report.write(build.HERE, facts, stage.plan, list(stage.lines.values()))
    shutil.rmtree(stage.home / "database", ignore_errors=True)
    print(text)
    build.say(f"written: {build.HERE / 'report.md'} and report.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
