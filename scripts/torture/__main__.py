"""The run: kills, freezes and hunger in turn under load, checks after each, mutants, one table. Whatever it starts it stops."""

import argparse
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback

from bench import build

from . import mutants
from .faults import FULL, KILLS, SmallDisk
from .figures import Figures
from .installation import NotStarted
from .stage import Stage, Template

HERE = build.TARGET / "torture"
ALL_FAULTS = (*KILLS, "frozen", "descriptors", *FULL)
# So many faults until a stage ends and the next one begins with fresh data.
FAULTS_PER_STAGE = 150
# What does not violate what is stored: counted, and the run goes on.
BEHAVIOUR = ("postmaster not restarted", "postmaster service ended, not restarted", "spool file outlives a start", "start refused",
             "service ended on a full disk", "answer 500", "internal error in the log", "permission denied in the database's log", "service ended without descriptors")


def say(text):
    print(f"torture: {text}", file=sys.stderr, flush=True)


def number(text):
    """Empty, as make gives what is not set: the default."""
    return int(text) if text else None


def arguments():
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--program", help="this program instead of building one")
    parser.add_argument("--seconds", type=number, help="all in all, without --kills; 600")
    parser.add_argument("--kills", type=number, help="so many kills of each kind, however long it takes")
    parser.add_argument("--faults", default="", help="only these, between commas: " + ",".join(ALL_FAULTS))
    parser.add_argument("--seed", type=number, help="the plan and the contents of an earlier run")
    parser.add_argument("--mutants", choices=("also", "only", "none"), default="also")
    parser.add_argument("--keep", action="store_true", help="leave the data folder of a stage that violated something")
    return parser.parse_args()


def wanted_faults(names):
    chosen = [name.strip() for name in names.split(",") if name.strip()] or list(ALL_FAULTS)
    unknown = sorted(set(chosen) - set(ALL_FAULTS))
    if unknown:
        raise SystemExit(f"torture: no such fault: {', '.join(unknown)}; there are {', '.join(ALL_FAULTS)}")
    return chosen


class Plan:
    """Which fault comes next: kills mostly, the others now and then; from the seed alone."""

    def __init__(self, chosen, kills, until, seed):
        self.random, self.until = random.Random(f"{seed} plan"), until
        weights = {"service": 4, "postmaster": 2, "importer": 3, "both": 1, "frozen": 1, "descriptors": 1}
        self.weights = {kind: weight for kind, weight in weights.items() if kind in chosen}
        # In a long run too the others are few.
        few = {"both": 10, "frozen": 20, "descriptors": 20}
        self.left = {kind: max(1, kills // few.get(kind, 1)) for kind in self.weights} if kills else None

    def next(self):
        if self.left is not None:
            kinds = [kind for kind, number in self.left.items() if number > 0]
        else:
            kinds = list(self.weights) if time.monotonic() < self.until else []
        if not kinds:
            return None
        # So many of each: what has most left comes soonest, and all end together.
        kind = self.random.choices(kinds, [(self.left or self.weights)[kind] for kind in kinds])[0]
        if self.left is not None:
            self.left[kind] -= 1
        return kind


class Run:
    def __init__(self, wanted, home, template, figures):
        self.wanted, self.home, self.template, self.figures, self.stages = wanted, home, template, figures, 0

    def stage(self, **more):
        self.stages += 1
        return Stage(self.template, self.home / f"stage-{self.stages}", self.figures, self.figures.seed, number=self.stages, **more)

    say = staticmethod(say)

    def report(self, new, after):
        for one in new:
            say(f"VIOLATED after {after}: {one.kind}: {one.subject}: {one.detail}"[:700])
        return any(one.kind not in BEHAVIOUR for one in new)

    def one_stage(self, stage, kinds):
        """Faults until there are no more. False: what is stored is wrong, and nothing later would prove anything."""
        sound, number = True, 0
        for kind in kinds:
            stage.traffic.go()
            after = stage.faults.run(kind)
            number += 1
            self.figures.add("faults", 1)
            if self.report(stage.check(after), after):
                sound = False
                break
            if number % 25 == 0:
                say(f"{number} faults, {sum(stage.ledger.counts().values())} writes, {len(self.figures.violations)} violations")
        if sound:
            sound = not self.report(stage.check("the last fault", last=True), "the last fault")
        stage.count()
        return sound

    def guarded(self, stage, kinds):
        sound = False
        try:
            sound = self.one_stage(stage, kinds)
        except NotStarted as fault:
            new = self.figures.violated(stage.ledger.noticed(), "a fault")
            self.report(new, "a fault")
            say(f"given up: {fault}")
        finally:
            if not sound and self.wanted.keep:
                kept = HERE / f"kept-{self.figures.seed}-{self.stages}"
                shutil.rmtree(kept, ignore_errors=True)
                stage.installation.stop()
                shutil.copytree(stage.installation.home, kept, symlinks=True)
                say(f"kept: {kept}")
            stage.close()
        return sound

    def kills(self, plan):
        def some():
            for _ in range(FAULTS_PER_STAGE):
                kind = plan.next()
                if kind is None:
                    return
                yield kind

        while True:
            first = plan.next()
            if first is None:
                return True
            stage = self.stage()

            def kinds(first=first):
                yield first
                yield from some()

            if not self.guarded(stage, kinds()):
                return False

    def full(self, kind, times):
        """On a small disk of its own: all data, or the spool alone."""
        home = self.home / f"stage-{self.stages + 1}"
        spool = home / "spool"
        folder, mebibytes, settings = (home / "data", 400, {}) if kind == "full_disk" else (spool, 8, {"TERMOMETRO_SPOOL_DIR": spool})
        try:
            with SmallDisk(folder, mebibytes):
                self.guarded(self.stage(**settings), [kind] * times)
        except PermissionError as fault:
            self.figures.skipped[kind] = str(fault)
            say(f"SKIPPED {kind}: {fault}")


def main():
    wanted = arguments()
    # As Ctrl-C, so that whatever was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    chosen = wanted_faults(wanted.faults)
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(1_000_000)
    HERE.mkdir(parents=True, exist_ok=True)
    figures, stopped = Figures(seed), None
    try:
        psql = build.postgresql_programs()["psql"]
        binary = pathlib.Path(wanted.program).resolve() if wanted.program else build.program()
    except (build.Missing, OSError) as fault:
        say(f"cannot start: {fault}")
        return 2
    home = pathlib.Path(tempfile.mkdtemp(prefix="termometro-torture-"))
    os.chmod(home, 0o755)
    say(f"seed {seed}, {binary}, in {home}")
    try:
        template = Template(binary, psql, home, seed)
        run = Run(wanted, home, template, figures)
        if wanted.mutants != "none":
            mutants.run(run, mutants.ALL if wanted.mutants == "only" else mutants.some(seed))
        if wanted.mutants != "only":
            # What follows the kills: full disks, and the last deliveries.
            seconds = wanted.seconds or 600
            until = max(begun + seconds - 60 - 45 * len(set(FULL) & set(chosen)), time.monotonic() + 0.3 * seconds)
            sound = run.kills(Plan(chosen, wanted.kills, until, seed))
            for kind in FULL if sound else ():
                if kind in chosen:
                    run.full(kind, max(3, (wanted.kills or 60) // 20))
    except SystemExit as ended:
        # What was found until then is said all the same; the writes of the stage that it cut off are not counted.
        figures.skipped["the rest"] = "stopped by a signal"
        stopped = ended.code
    except Exception as fault:
        traceback.print_exc()
        say(f"the harness failed: {fault}")
        return 2
    finally:
        shutil.rmtree(home, ignore_errors=True)
    (HERE / "report.json").write_text(figures.as_json(program=str(binary), seconds=round(time.monotonic() - begun)), encoding="utf-8")
    (HERE / "report.txt").write_text(figures.text() + "\n", encoding="utf-8")
    print(figures.text())
    say(f"{time.monotonic() - begun:.0f} s; written: {HERE / 'report.txt'} and report.json")
    return figures.exit_code() if stopped is None else stopped


if __name__ == "__main__":
    sys.exit(main())
