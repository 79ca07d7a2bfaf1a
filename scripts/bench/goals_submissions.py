"""A large submission against the import of the same rows by command, and what others wait meanwhile for the receipt and the verdicts
of a hundred rows."""

import csv
import http.client
import io
import itertools
import json
import statistics
import subprocess
import threading
import time
import uuid

from . import dataset
from .build import say
from .ratio import Series, percentile
from .servers import Server, clean_environment, free_port

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


class Service:
    """Ours on a database with the law and without reports, and a key for each reporter."""

    def __init__(self, stage):
        database, port = stage.database, free_port()
        database.copy_of(dataset.LAW, SUBMITTED)
        self.binary = stage.binary
        self.environment = clean_environment(
            DATABASE_URL=database.url_of(SUBMITTED), TERMOMETRO_DATA_DIR=stage.home / "service-submissions", TERMOMETRO_LISTEN=f"127.0.0.1:{port}",
            TERMOMETRO_LOG="warn", TERMOMETRO_SECRETS_DIR=stage.secrets_dir, TERMOMETRO_EXPORTS_KEPT="0",
            TERMOMETRO_RATE_ADDRESS_PER_MINUTE="1000000000", TERMOMETRO_RATE_KEY_PER_MINUTE="1000000000")
        self.server = Server("service-submissions", [stage.binary, "serve"], stage.logs, self.environment, port)
        try:
            self.server.wait_for("/v1/status")
            admin = self.key("bootstrap")
            self.keys = [self.key("create", "--kind", "reporter", "--name", name, "--nit", nit, "--actor", "wholesaler", TERMOMETRO_ADMIN_KEY=admin)
                         for name, nit in REPORTERS]
        except BaseException:
            self.server.stop()
            raise

    def key(self, *words, **more):
        done = subprocess.run([self.binary, "keys", *words, "--json"], env={**self.environment, **more}, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"keys {words[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
        return json.loads(done.stdout.strip().splitlines()[-1])["key"]

    def ask(self, method, path, key, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv", "Idempotency-Key": uuid.uuid4().hex}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if answer.status not in (200, 201, 202):
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:300]}")
        return json.loads(said)["data"]

    def submit(self, key, part):
        """Seconds until the receipt and the verdicts are there."""
        begun = time.monotonic()
        one = self.ask("POST", f"/v1/submissions?period={part.period}", key, part.body)
        while one["finished_at"] is None:
            time.sleep(0.02)
            one = self.ask("GET", f"/v1/submissions/{one['id']}", key)
        seconds = time.monotonic() - begun
        if one["receipt"] is None or one["rows_accepted"] < part.rows / 2:
            raise RuntimeError(f"submission: {one}")
        return seconds


class Others(threading.Thread):
    """Another reporter, who sends a hundred rows again and again."""

    def __init__(self, service, files):
        super().__init__(daemon=True)
        self.service, self.files, self.seconds, self.stopped, self.fault = service, files, [], False, None

    def run(self):
        try:
            for part in self.files:
                if self.stopped:
                    break
                self.seconds.append(self.service.submit(self.service.keys[2], part))
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
    file = stage.home / "submitted.csv"
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
        service = Service(stage)
        with service.server:
            stage.database.psql(SUBMITTED, "CHECKPOINT")
            times.add(service.submit(service.keys[0], first), theirs)
            sending = Others(service, others)
            sending.start()
            service.submit(service.keys[1], second)
            waited = sending.waited()
        stage.database.drop(SUBMITTED)
        waits += waited
        slowest.append(percentile(waited, 0.99))
    beside = f"{statistics.median(times.ours):.2f} / {statistics.median(times.theirs):.2f} s, from the request to the receipt and the verdicts; {rows:,} rows"
    stage.lines["W8"].measured(times, beside)
    beside = f"{len(waits):,} of them, one after the other; median {statistics.median(waits) * 1000:.0f} ms"
    stage.lines["W8 others"].absolute(slowest, beside)
