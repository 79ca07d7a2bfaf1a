"""The load: writers that note what they mean and what was acknowledged, readers, downloads; all can be held still for a check."""

import contextlib
import json
import random
import threading
import time

from . import contents
from .client import Client, Lost, Statuses
from .ledger import Meant, Violation

# A client that lost an answer and does not ask again: the write may be there or not.
GIVES_UP = 0.05
SENT_AGAIN = 0.15
CUMS = ("19914312-20", "19914312-2")
READ_PATHS = ("/", "/v1/status", "/v1/assessments?limit=20", "/v1/assessments/summary", "/v1/medicines?limit=20", "/v1/changes?limit=50",
              "/v1/check?cum=19914312-20&amount=31000&per=pack&date=2020-06&transaction=3", "/v1/sources", "/estado")


class Worker(threading.Thread):
    """Does its work again and again, and stands still between two of them while it is paused."""

    def __init__(self, traffic, name, pace):
        super().__init__(name=name, daemon=True)
        self.traffic, self.pace = traffic, pace
        self.random = random.Random(f"{traffic.seed} {name}")
        self.idle = threading.Event()

    def run(self):
        while not self.traffic.ended.is_set():
            if not self.traffic.going.is_set():
                self.idle.set()
                self.traffic.going.wait()
                continue
            try:
                self.work()
            except Exception as fault:  # the run says so, and goes on
                self.traffic.ledger.seen(Violation("writer failed", self.name, f"{type(fault).__name__}: {fault}"))
                self.traffic.ended.wait(0.5)
            self.traffic.ended.wait(self.random.uniform(0.5, 1.5) * self.pace)
        self.idle.set()

    def client(self, key=None):
        return Client(self.traffic.port, self.traffic.statuses, self.random, key, ended=self.traffic.ended)

    def decided(self, client, meant, path, body, kind="application/json", gives_up=GIVES_UP):
        """The data of the acknowledgement, or None. What was answered once is answered the same way again."""
        try:
            answer = client.write(meant, path, body, kind, gives_up)
        except Lost as fault:
            self.traffic.ledger.seen(Violation("no deciding answer", f"{meant.kind} {meant.key}", str(fault)))
            answer = None
        if answer is None:
            self.traffic.ledger.abandoned(meant)
            return None
        if not 200 <= answer.status < 300:
            self.traffic.ledger.refused(meant, answer.status, answer.body.decode(errors="replace"))
            return None
        data = json.loads(answer.body)["data"]
        if self.random.random() < SENT_AGAIN:
            self.send_again(client, meant, path, body, kind, data)
        return data

    def send_again(self, client, meant, path, body, kind, data):
        with contextlib.suppress(Lost):
            again = client.ask("POST", path, body, Idempotency_Key=meant.key, Content_Type=kind)
            if 200 <= again.status < 300:
                second = json.loads(again.body)["data"]
                same = ("id", "draft", "digest", "sha256", "receipt", "version")
                if any(second.get(name) != data.get(name) for name in same if data.get(name)):
                    self.traffic.ledger.seen(Violation("key with two answers", f"{meant.kind} {meant.key}", f"{data}; then {second}"[:600]))


class Submitter(Worker):
    def __init__(self, traffic, number, key, pace, mark):
        super().__init__(traffic, f"submitter-{number}", pace)
        self.api = self.client(key)
        self.contents = contents.Contents(self.random, traffic.rows, mark)

    def work(self):
        body, rows = self.contents.submission()
        key = f"{self.traffic.run}-{self.name}-{self.contents.made}"
        meant = self.traffic.ledger.means(Meant("submission", key, contents.sha256(body), rows))
        data = self.decided(self.api, meant, f"/v1/submissions?period={contents.PERIOD}&name={key}.csv", body, "text/csv")
        if data is None:
            return
        counts = {name: data[name] for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_refused")} if data["finished_at"] else {}
        self.traffic.ledger.acknowledged(meant, id=data["id"], sha256=data["sha256"], **counts)
        self.traffic.after_acknowledgement(meant)


class Regulators(Worker):
    """Two persons and one act of theirs: drafted by one, approved and published by the other, and corrected again and again."""

    def __init__(self, traffic, number, people, pace, mark):
        super().__init__(traffic, f"regulators-{number}", pace)
        self.drafter, self.approver = self.client(people.drafter), self.client(people.approver)
        self.act, self.cum = mark * 10 + number + 100, CUMS[number % len(CUMS)]
        self.drafts, self.published = 0, 0

    def work(self):
        self.drafts += 1
        key = f"{self.traffic.run}-{self.name}-{self.drafts}"
        # No amount comes again, so that each publication changes something.
        body = json.dumps(contents.draft(self.act, 1 + self.published, self.cum, 25_000 + self.drafts, key))
        ledger = self.traffic.ledger
        drafted = ledger.means(Meant("draft", key))
        draft = self.decided(self.drafter, drafted, "/v1/act-drafts", body)
        if draft is None:
            return
        ledger.acknowledged(drafted, id=draft["id"])
        self.traffic.after_acknowledgement(drafted)
        about = {"draft": draft["id"], "act": draft["act"]}
        approved = ledger.means(Meant("approval", key + "-a", about=about))
        body = json.dumps({"digest": draft["digest"], "reason": key})
        if self.decided(self.approver, approved, f"/v1/act-drafts/{draft['id']}/approval", body) is None:
            return
        ledger.acknowledged(approved)
        published = ledger.means(Meant("publication", key + "-p", about=about))
        body = json.dumps({"reason": key, "no_consultation_reason": "no consultation in a test"})
        # Whether the first version is there decides how the next draft is written: its answer is waited for.
        data = self.decided(self.approver, published, f"/v1/act-drafts/{draft['id']}/publication", body, gives_up=GIVES_UP if self.published else 0)
        if data is not None:
            self.published += 1
            ledger.acknowledged(published, version=data["version"])
            self.traffic.after_acknowledgement(published)


class Importer(Worker):
    """Small files by the command line; one that was killed is begun again with the same file."""

    def __init__(self, traffic, installation, pace, mark):
        super().__init__(traffic, "importer", pace)
        self.installation, self.current = installation, None
        self.contents = contents.Contents(self.random, traffic.rows, mark)
        self.allowed = threading.Event()
        self.allowed.set()
        self.ended_by, self.rows_imported = {}, 0

    def work(self):
        body, rows = self.contents.file()
        digest = contents.sha256(body)
        path = self.installation.home / f"reports-{self.contents.made}.csv"
        path.write_bytes(body)
        meant = self.traffic.ledger.means(Meant("import", digest, digest, rows))
        try:
            self.carry_through(meant, path)
        finally:
            path.unlink()

    def carry_through(self, meant, path):
        end, said = time.monotonic() + 90, ""
        while time.monotonic() < end:
            self.allowed.wait()
            meant.tries += 1
            self.current = self.installation.command_begun("import", "sismed", path, "--json")
            out, said = self.current.communicate()
            code, self.current = self.current.returncode, None
            self.ended_by[code] = self.ended_by.get(code, 0) + 1
            if code == 0:
                counted = next((json.loads(line) for line in out.splitlines() if line.startswith("{")), {})
                self.traffic.ledger.acknowledged(meant, answer=counted)
                self.traffic.after_acknowledgement(meant)
                return
            if '"held":{' in out:
                self.traffic.ledger.abandoned(meant)
                self.traffic.ledger.seen(Violation("import held", meant.key, out.strip()[-300:]))
                return
            if code == -9 and self.random.random() < GIVES_UP:
                self.traffic.ledger.abandoned(meant)
                return
            # A run that is being ended leaves it open: another try would start PostgreSQL again.
            if self.traffic.ended.wait(self.random.uniform(0.05, 0.2)):
                return
        self.traffic.ledger.abandoned(meant)
        self.traffic.ledger.seen(Violation("no deciding answer", f"import {meant.key}", said.strip()[-300:]))


class Reader(Worker):
    def __init__(self, traffic, number, pace):
        super().__init__(traffic, f"reader-{number}", pace)
        self.api = self.client()

    def work(self):
        with contextlib.suppress(Lost):
            self.api.ask("GET", self.random.choice(READ_PATHS))


class Downloader(Worker):
    """A file of open data is what its list says it is."""

    def __init__(self, traffic, pace):
        super().__init__(traffic, "downloader", pace)
        self.api, self.whole = self.client(), 0

    def work(self):
        with contextlib.suppress(Lost):
            listed = self.api.ask("GET", "/v1/exports")
            if listed.status != 200:
                return
            files = [file for one in json.loads(listed.body)["data"] if one["newest"] for file in one["newest"]["files"]]
            if not files:
                return
            file = self.random.choice(files)
            answer = self.api.ask("GET", file["path"])
            if answer.status == 200:
                self.whole += 1
                if contents.sha256(answer.body) != file["sha256"]:
                    detail = f"{len(answer.body)} of {file['bytes']} bytes"
                    self.traffic.ledger.seen(Violation("export differs from its digest", file["path"], detail))


class Traffic:
    """All workers of one installation. `port` is where they send: the service, or what a mutant puts before it."""

    def __init__(self, installation, people, ledger, *, run, seed, port=None, pace=1.0, mark=1):
        self.ledger, self.run, self.seed, self.rows = ledger, run, seed, contents.report_rows()
        self.port = port or installation.port
        self.statuses = Statuses()
        self.going, self.ended = threading.Event(), threading.Event()
        self.after_acknowledgement = lambda meant: None
        self.importer = Importer(self, installation, 0.4 * pace, mark * 4)
        self.downloader = Downloader(self, 0.3 * pace)
        self.workers = [
            *(Submitter(self, number, key, 0.15 * pace, mark * 4 + 1 + number) for number, key in enumerate(people.reporters)),
            *(Regulators(self, number, people, 0.3 * pace, mark) for number in range(2)),
            *(Reader(self, number, 0.05 * pace) for number in range(2)),
            self.downloader, self.importer,
        ]
        for worker in self.workers:
            worker.start()

    def go(self):
        for worker in self.workers:
            worker.idle.clear()
        self.going.set()

    def hold(self, seconds=120):
        """Waits until each worker stands still; the names of those that do not."""
        self.going.clear()
        end = time.monotonic() + seconds
        return [worker.name for worker in self.workers if not worker.idle.wait(max(0.0, end - time.monotonic()))]

    def end(self):
        left = self.hold()
        self.ended.set()
        self.going.set()
        for worker in self.workers:
            worker.join(5)
        return left
