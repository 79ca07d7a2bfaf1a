"""Goals W1 to W3: what a submission of a thousand rows costs a service with a country's reports, whatever the stock: how long hot answers
come from the database, what is written, and what making the open-data files again takes."""

import csv
import http.client
import io
import json
import subprocess
import threading
import time
import uuid

from .build import say
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


def operators(stage):
    """The keys of two, made once for a database."""
    if "operators" not in stage.kept:
        first = key(stage, "bootstrap")["key"]
        names = ("Olga Paz", "Iván Gil")
        stage.kept["operators"] = [key(stage, "create", "--kind", "operator", "--name", name, admin=first)["key"] for name in names]
    return stage.kept["operators"]


def reporter(stage):
    words = ("create", "--kind", "reporter", "--name", "Mayorista SAS", "--nit", "900123456-8", "--actor", "wholesaler")
    return key(stage, *words, admin=operators(stage)[0])["key"]


def submissions(stage, count):
    """Files of so many rows of one month, none of them twice."""
    with open(stage.folder / "sismed.csv", encoding="utf-8", newline="") as lines:
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


def goals_versions(stage):
    say("goals W1 to W3: after a submission")
    database, path, folder = stage.database, f"/v1/medicines/{stage.questions.medicines[0]}", stage.home / "open-data"

    def written():
        return int(database.psql(database.name, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))

    command(stage, "export", folder)
    stale, shares = [], []
    with stage.service(NAME) as ours:
        ours.wait_for(path)
        if not wait_for_memory(ours, path):
            raise RuntimeError("never answered from memory")
        reporting = reporter(stage)
        for period, body in submissions(stage, stage.plan.rounds):
            database.psql(database.name, "CHECKPOINT")
            before, watching = written(), OutOfMemory(ours.port, path)
            watching.start()
            submit(ours.port, reporting, period, body)
            shares.append((written() - before) / len(body))
            wait_for_memory(ours, path)
            time.sleep(0.5)
            stale.append(watching.seconds() * 1000)
        stage.lines["W1"].absolute(stale, f"{len(body.splitlines()) - 1:,} rows beside {stage.plan.reports:,} reports; one request every few milliseconds")
        beside = f"{len(body):,} bytes; write-ahead log until the verdicts were there, with whole pages after a checkpoint; open-data files not"
        stage.lines["W2"].absolute(shares, beside)
        begun = time.monotonic()
        said = command(stage, "export", folder)
        stage.lines["W3"].absolute([time.monotonic() - begun], f"{stage.plan.rounds} submissions later; {said.splitlines()[0]}")
