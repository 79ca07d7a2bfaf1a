"""Goals W1 to W3 and W17: what a submission of a thousand rows costs a service with a country's reports, whatever the stock: how long hot
answers come from the database, what is written, and what making the open-data files again takes."""

import csv
import http.client
import io
import json
import statistics
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field

from . import large, plan
from .build import say
from .ratio import Series
from .servers import clean_environment
from .stage import wait_for_memory

ROWS = 1_000
NAME = "service-versions"
HITS = b"\nhttp_cache_hits_total "


def command(stage, *words, database=None, **more):
    """The program beside the running service: the same database (or another one), the same secrets."""
    environment = clean_environment(
        DATABASE_URL=stage.database.url_of(database or stage.database.name), TERMOMETRO_DATA_DIR=stage.home / NAME, TERMOMETRO_SECRETS_DIR=stage.secrets_dir,
        TERMOMETRO_LOG="warn", **more)
    done = subprocess.run([stage.binary, *words], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def key(stage, *words, admin=None, database=None):
    """What `termometro keys` says of the key that it made or confirmed."""
    more = {"TERMOMETRO_ADMIN_KEY": admin} if admin else {}
    return json.loads(command(stage, "keys", *words, "--json", database=database, **more).strip().splitlines()[-1])


def operators(stage, database=None):
    """The keys of two, made once for a database."""
    kept = f"operators of {database or stage.database.name}"
    if kept not in stage.kept:
        first = key(stage, "bootstrap", database=database)["key"]
        names = ("Olga Paz", "Iván Gil")
        stage.kept[kept] = [key(stage, "create", "--kind", "operator", "--name", name, admin=first, database=database)["key"] for name in names]
    return stage.kept[kept]


def reporter(stage, database=None):
    words = ("create", "--kind", "reporter", "--name", "Mayorista SAS", "--nit", "900123456-8", "--actor", "wholesaler")
    return key(stage, *words, admin=operators(stage, database)[0], database=database)["key"]


def submissions(folder, count):
    """Files of so many rows of one month, none of them twice."""
    with open(folder / "sismed.csv", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        header, first = next(rows), next(rows)
        month, chosen = first[2:4], [first]
        for row in rows:
            if row[2:4] == month:
                chosen.append(row)
                if len(chosen) == count * ROWS:
                    break
    # A small run has fewer in a month.
    each = len(chosen) // count
    for number in range(count):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *chosen[number * each:(number + 1) * each]])
        yield f"{int(month[0])}-{int(month[1]):02}", text.getvalue().encode()


class OutOfMemory(threading.Thread):
    """Asks the same again and again: between which instants was the answer not from memory?"""

    def __init__(self, port, path):
        super().__init__(daemon=True)
        self.connection, self.path = http.client.HTTPConnection("127.0.0.1", port, timeout=60), path
        self.first, self.last, self.stopped = None, None, False

    def get(self, path):
        self.connection.request("GET", path)
        return self.connection.getresponse().read()

    def hits(self):
        return int(self.get("/metrics").partition(HITS)[2].split(b"\n", 1)[0])

    def run(self):
        before = self.hits()
        while not self.stopped:
            begun = time.monotonic()
            self.get(self.path)
            after = self.hits()
            if after == before:
                self.first, self.last = self.first or begun, time.monotonic()
            before = after

    def seconds(self):
        self.stopped = True
        self.join()
        return self.last - self.first if self.first else 0.0


def ask(port, method, path, key, body=None, media_type="text/csv"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid.uuid4().hex}
    if body is not None:
        headers["Content-Type"] = media_type
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status not in (200, 201, 202):
        raise RuntimeError(f"{method} {path}: {answer.status} {said[:300]}")
    return json.loads(said)["data"]


def submit(port, key, period, body):
    """Until its verdicts are there; what the service says of it then."""
    submission = ask(port, "POST", f"/v1/submissions?period={period}", key, body)
    while submission["finished_at"] is None:
        time.sleep(0.02)
        submission = ask(port, "GET", f"/v1/submissions/{submission['id']}", key)
    if submission["rows_accepted"] < submission["rows_read"] / 2:
        raise RuntimeError(f"submission: {submission}")
    return submission


@dataclass
class Found:
    """Of each submission; and of the open-data files that followed all of them."""
    stale_ms: list = field(default_factory=list)
    written: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    export_seconds: float = 0.0
    exported: str = ""
    body: bytes = b""


def after_submissions(stage, folder, count, database=None):
    """Submissions one after the other to a service on a database that has its open-data files, then those files again."""
    name, path, files = database or stage.database.name, f"/v1/medicines/{stage.questions.medicines[0]}", stage.home / f"open-data-{database or 'usual'}"

    def written():
        return int(stage.database.psql(name, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))

    command(stage, "export", files, database=database)
    found = Found()
    with stage.service(NAME, database=database) as ours:
        ours.wait_for(path)
        if not wait_for_memory(ours, path):
            raise RuntimeError("never answered from memory")
        reporting = reporter(stage, database)
        for period, body in submissions(folder, count):
            stage.database.psql(name, "CHECKPOINT")
            before, watching = written(), OutOfMemory(ours.port, path)
            watching.start()
            begun = time.monotonic()
            submit(ours.port, reporting, period, body)
            found.seconds.append(time.monotonic() - begun)
            found.written.append((written() - before) / len(body))
            wait_for_memory(ours, path)
            time.sleep(0.5)
            found.stale_ms.append(watching.seconds() * 1000)
            found.body = body
        begun = time.monotonic()
        found.exported = command(stage, "export", files, database=database).splitlines()[0]
        found.export_seconds = time.monotonic() - begun
    return found


def goals_versions(stage):
    say("goals W1 to W3: after a submission")
    usual = after_submissions(stage, stage.folder, stage.plan.rounds)
    rows = len(usual.body.splitlines()) - 1
    stage.lines["W1"].absolute(usual.stale_ms, f"{rows:,} rows beside {stage.plan.reports:,} reports; one request every few milliseconds")
    beside = f"{len(usual.body):,} bytes; write-ahead log until the verdicts were there, with whole pages after a checkpoint; open-data files not"
    stage.lines["W2"].absolute(usual.written, beside)
    stage.lines["W3"].absolute([usual.export_seconds], f"{stage.plan.rounds} submissions later; {usual.exported}")
    growth(stage, usual)


def growth(stage, usual):
    keys = ("W17 submission", "W17 exports")
    if not stage.plan.reports_full:
        for line in keys:
            stage.lines[line].not_measured(plan.ONLY_FULL)
        return
    say("goal W17: after a submission at the large size")
    great = after_submissions(stage, large.folder(stage), stage.plan.rounds, large.database(stage))
    submission, exports, small = Series(), Series(), statistics.median(usual.seconds)
    for seconds in great.seconds:
        submission.add(seconds, small)
    exports.add(great.export_seconds, usual.export_seconds)
    stage.lines[keys[0]].measured(submission, f"{statistics.median(great.seconds) * 1000:,.0f} / {small * 1000:,.0f} ms until the verdicts are there")
    stage.lines[keys[1]].measured(exports, f"{great.export_seconds:.1f} / {usual.export_seconds:.1f} s; {great.exported}")
