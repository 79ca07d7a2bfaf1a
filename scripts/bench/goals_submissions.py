"""A large submission against the import of the same rows by command, and what others wait meanwhile for the receipt and the verdicts
of a hundred rows."""

import csv
import io
import itertools
import statistics
import threading
import time

from . import dataset
from .build import say
from .goals_versions import key, submit
from .ratio import Series, percentile
from .stage import wait_for_memory

IMPORTED, SUBMITTED = "bench_imported", "bench_submitted"
ROWS, ROWS_OF_OTHERS = 1_000_000, 100
REPORTERS = [("Mayorista SAS", "900123456-8"), ("Laboratorio SAS", "860005114-4"), ("Hospital Central", "890903938-8")]


class Part:
    """Rows of the reports' file as a file of their own, with the months that they span."""

    def __init__(self, header, rows):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        self.body = text.getvalue().encode()
        months = sorted((int(row[2]), int(row[3])) for row in rows)
        self.rows, self.period = len(rows), "/".join(f"{year}-{month:02}" for year, month in (months[0], months[-1]))


def parts(stage, sizes):
    """One after the other, so that no row is in two of them."""
    with open(stage.folder / "sismed.csv", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        header = next(rows)
        for size in sizes:
            chosen = list(itertools.islice(rows, size))
            if chosen:
                yield Part(header, chosen)


def reporters(stage):
    """A key for each, made in the database of the submissions."""
    admin = key(stage, "bootstrap", database=SUBMITTED)["key"]
    words = [("create", "--kind", "reporter", "--name", name, "--nit", nit, "--actor", "wholesaler") for name, nit in REPORTERS]
    return [key(stage, *each, admin=admin, database=SUBMITTED)["key"] for each in words]


def submitted(port, reporter, part):
    """Seconds until the receipt and the verdicts are there."""
    begun = time.monotonic()
    submission = submit(port, reporter, part.period, part.body)
    seconds = time.monotonic() - begun
    if submission["receipt"] is None:
        raise RuntimeError(f"submission: {submission}")
    return seconds


class Others(threading.Thread):
    """Another reporter, who sends a hundred rows again and again."""

    def __init__(self, port, reporter, files):
        super().__init__(daemon=True)
        self.port, self.reporter, self.files, self.seconds, self.stopped, self.fault = port, reporter, files, [], False, None

    def run(self):
        try:
            for part in self.files:
                if self.stopped:
                    break
                self.seconds.append(submitted(self.port, self.reporter, part))
                time.sleep(0.05)
        except Exception as fault:  # said by whoever waits for this thread
            self.fault = fault

    def waited(self):
        self.stopped = True
        self.join()
        if self.fault:
            raise self.fault
        return self.seconds


def imported(stage, part):
    """Seconds of the import by command, from start to exit, into the same database as the submission's."""
    file = stage.invented / "submitted.csv"
    file.write_bytes(part.body)
    stage.database.copy_of(dataset.LAW, IMPORTED)
    stage.database.psql(IMPORTED, "CHECKPOINT")
    seconds = dataset.import_file(stage.binary, stage.database, IMPORTED, "sismed", file).seconds
    stage.database.drop(IMPORTED)
    return seconds


def goal_submissions(stage):
    say("goal W8: a large submission")
    rows = min(ROWS, stage.plan.reports * 2 // 5)
    few = max(1, (stage.plan.reports - 2 * rows) // ROWS_OF_OTHERS)
    first, second, *others = parts(stage, [rows, rows, *[ROWS_OF_OTHERS] * min(few, 2_000)])
    times, slowest, waits = Series(), [], []
    for _ in range(stage.plan.import_rounds):
        theirs = imported(stage, first)
        stage.database.copy_of(dataset.LAW, SUBMITTED)
        with stage.service("service-submissions", database=SUBMITTED) as ours:
            ours.wait_for("/v1/status")
            # As a service on a deadline day: what it holds has been read.
            wait_for_memory(ours, f"/v1/medicines/{stage.questions.medicines[0]}")
            one, another, third = reporters(stage)
            stage.database.psql(SUBMITTED, "CHECKPOINT")
            times.add(submitted(ours.port, one, first), theirs)
            sending = Others(ours.port, third, others)
            sending.start()
            submitted(ours.port, another, second)
            waited = sending.waited()
        stage.database.drop(SUBMITTED)
        waits += waited
        slowest.append(percentile(waited, 0.99))
    beside = f"{statistics.median(times.ours):.2f} / {statistics.median(times.theirs):.2f} s, from the request to the receipt and the verdicts; {rows:,} rows"
    stage.lines["W8"].measured(times, beside)
    beside = f"{len(waits):,} of them, one after the other; median {statistics.median(waits) * 1000:.0f} ms"
    stage.lines["W8 others"].absolute(slowest, beside)
