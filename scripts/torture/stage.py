"""One act of the run: an installation with its keys, its watch, its load and its checks; made once, then copied."""

import json
import os
import random
import shutil

from .checking import Checking
from .client import Client, Lost, Statuses
from .faults import Faults
from .installation import Installation
from .invariants import stored_without_answer
from .keys import make
from .ledger import Ledger, Violation
from .receiver import Receiver
from .traffic import Traffic


class Template:
    """An installation with the sample and the keys, stopped; each stage begins with a copy of it."""

    def __init__(self, binary, psql, home, seed):
        self.binary, self.psql, self.folder = binary, psql, home / "template"
        installation = Installation(binary, self.folder, psql)
        try:
            installation.start()
            self.people = make(installation, random.Random(f"{seed} keys"))
            installation.stop()
        except BaseException:
            installation.end()
            raise

    def copy(self, home, **settings):
        installation = Installation(self.binary, home, self.psql, **settings)
        home.mkdir(parents=True, exist_ok=True)
        # Owners are kept: PostgreSQL's folder is another account's when root runs this.
        shutil.copytree(self.folder / "data", home / "data", symlinks=True, copy_function=copy_owned, dirs_exist_ok=True)
        own_folders(self.folder / "data", home / "data")
        return installation


def copy_owned(source, target):
    shutil.copy2(source, target, follow_symlinks=False)
    found = os.lstat(source)
    if os.geteuid() == 0:
        os.chown(target, found.st_uid, found.st_gid, follow_symlinks=False)


def own_folders(source, target):
    for folder, _, _ in os.walk(source):
        found, copied = os.lstat(folder), target / os.path.relpath(folder, source)
        if os.geteuid() == 0:
            os.chown(copied, found.st_uid, found.st_gid)
        os.chmod(copied, found.st_mode & 0o7777)


class Stage:
    def __init__(self, template, home, figures, seed, *, number=1, pace=1.0, before=None, fails=0.02, **settings):
        """`before` makes what stands between the writers and the service; it gives its port."""
        self.random = random.Random(f"{seed} {number}")
        self.figures, self.people = figures, template.people
        self.installation = template.copy(home, **settings)
        self.ledger = Ledger()
        self.receiver = Receiver(self.ledger, random.Random(f"{seed} {number} receiver"), fails)
        try:
            self.installation.start()
            watch, since = self.watches()
            files = self.installation.rows({"files": "SELECT id FROM source_file"})["files"]
            self.checking = Checking(self.installation, self.ledger, self.receiver, watch, since, {row["id"] for row in files})
            port = before(self) if before else None
            self.traffic = Traffic(self.installation, self.people, self.ledger, run=f"{seed}-{number}", seed=f"{seed} {number}", port=port,
                                   pace=pace, mark=number)
            self.faults = Faults(self.installation, self.traffic, self.ledger, figures, self.random)
        except BaseException:
            self.close()
            raise

    def watches(self):
        """One of everything, which is judged, and two of one medicine. Nothing changes meanwhile."""
        api = Client(self.installation.port, Statuses(), self.random, self.people.drafter)
        ids = []
        for name, more in (("all", {}), ("one", {"cums": ["19914312-20"]}), ("other", {"cums": ["19914312-2"], "kinds": ["ceiling"]})):
            body = json.dumps({"url": self.receiver.address(name), "description": name, **more})
            answer = api.ask("POST", "/v1/watches", body, Idempotency_Key=f"watch-{name}", Content_Type="application/json")
            if answer.status != 201:
                raise Lost(f"no watch: {answer.status} {answer.body.decode(errors='replace')[:300]}")
            data = json.loads(answer.body)["data"]
            self.receiver.secrets[name] = data["secret"]
            ids.append(data["id"])
        since = self.installation.rows({"one": "SELECT coalesce(max(position), 0) AS position FROM change"})["one"][0]["position"]
        return ids[0], since

    def check(self, after, last=False):
        """Holds the load, checks, and gives what is new."""
        stuck = self.traffic.hold()
        if stuck:
            self.ledger.seen(Violation("writer does not come to rest", ", ".join(stuck), "for 120 s"))
        for operation, body in self.traffic.statuses.faults().items():
            self.ledger.seen(Violation("answer 500", operation, body))
        violations = self.checking.check(last)
        return self.figures.violated(violations, after)

    def count(self):
        """Into the figures, at the end."""
        for (kind, state), number in self.ledger.counts().items():
            self.figures.add(f"{kind}: {state}", number)
        self.figures.add_statuses(self.traffic.statuses.all())
        self.figures.add("downloads whole", self.traffic.downloader.whole)
        for code, number in self.traffic.importer.ended_by.items():
            self.figures.add(f"import command ended with {code}", number)
        self.figures.add("verify runs", self.checking.verified)
        received = self.receiver.received()
        self.figures.add("watch messages received", len(received))
        self.figures.add("watch messages received again", sum(got.times - 1 for got in received.values()))
        if self.checking.stored:
            self.figures.add("stored without an answer", stored_without_answer(self.ledger, self.checking.stored))
            self.figures.add("audit entries", len(self.checking.stored["audit"]))

    def close(self):
        if hasattr(self, "traffic"):
            self.traffic.ended.set()
            self.traffic.going.set()
            self.traffic.importer.allowed.set()
            importing = self.traffic.importer.current
            if importing is not None:
                importing.kill()
            self.traffic.importer.join(10)
        self.installation.end()
        self.receiver.stop()
        if hasattr(self, "traffic"):
            for worker in self.traffic.workers:
                worker.join(10)
