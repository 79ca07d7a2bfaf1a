"""Who writes and who reads all the time, with the instant of each answer: when writes went again, and whether a read failed."""

import collections
import contextlib
import json
import random
import threading
import time

from torture import contents
from torture.client import Client, Lost, Statuses
from torture.ledger import Meant

# Numbers of acts that the load does not use.
FIRST_ACT = 1_000
# None that is answered one at a time for an address.
READ_PATHS = ("/v1/acts", "/v1/medicines?limit=20", "/v1/medicines/19914312-20/prices", "/v1/status", "/v1/sources", "/v1/changes?limit=20",
              "/v1/check?cum=19914312-20&amount=31000&per=pack&date=2020-06&transaction=3", "/v1/medicines/19914312-20/ceilings?as_of=2020-06-15")


class Probe(threading.Thread):
    """Asks again and again, and stands still between two questions while it is paused."""

    def __init__(self, name, pause):
        super().__init__(name=name, daemon=True)
        self.pause, self.ended = pause, threading.Event()
        self.turn = threading.Lock()

    def run(self):
        while not self.ended.is_set():
            with self.turn:
                self.once()
            self.ended.wait(self.pause)

    def stop(self):
        self.ended.set()
        self.join(30)


class WriteProbe(Probe):
    """One try each, so that a write that was taken was begun after the fault."""

    def __init__(self, port, key, ledger, statuses):
        super().__init__("writes", 0.2)
        # A server that says nothing must not keep the next try waiting.
        self.api, self.ledger, self.made = Client(port, statuses, random.Random(1), key, timeout=2.0), ledger, 0
        self.taken, self.refused = [], collections.Counter()

    def once(self):
        self.made += 1
        key = f"probe-{self.made}"
        meant = self.ledger.means(Meant("draft", key))
        body = json.dumps(contents.draft(FIRST_ACT + self.made, 1, "19914312-20", 25_000, key))
        begun = time.monotonic()
        try:
            answer = self.api.ask("POST", "/v1/act-drafts", body, Idempotency_Key=key, Content_Type="application/json")
        except Lost:
            self.ledger.abandoned(meant)
            self.refused["no answer"] += 1
            return
        if answer.status == 201:
            self.ledger.acknowledged(meant, id=json.loads(answer.body)["data"]["id"])
            self.taken.append((begun, time.monotonic()))
        else:
            self.ledger.abandoned(meant)
            self.refused[answer.status] += 1

    def first_after(self, instant):
        """Seconds until a write that was begun after an instant was acknowledged, or None."""
        return next((done - instant for begun, done in list(self.taken) if begun > instant), None)


class ReadProbe(Probe):
    def __init__(self, number, port):
        super().__init__(f"reads-{number}", 0.05)
        self.random = random.Random(number)
        self.api = Client(port, Statuses(), self.random, timeout=30.0)
        self.answered, self.failed, self.longest = 0, [], 0.0

    def once(self):
        path, begun = self.random.choice(READ_PATHS), time.monotonic()
        said = "no answer"
        with contextlib.suppress(Lost):
            answer = self.api.ask("GET", path)
            said = None if answer.status == 200 else f"{answer.status}: {answer.body.decode(errors='replace')[:300]}"
        self.longest = max(self.longest, time.monotonic() - begun)
        if said is None:
            self.answered += 1
        else:
            self.failed.append(f"{path}: {said}")


class Probes:
    def __init__(self, port, key, ledger, readers=2):
        self.statuses = Statuses()
        self.writes = WriteProbe(port, key, ledger, self.statuses)
        self.reads = [ReadProbe(number, port) for number in range(readers)]
        for probe in (self.writes, *self.reads):
            probe.start()

    def wait_until_written(self, instant, seconds):
        """Seconds from an instant until writes went again, or None when they did not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if (took := self.writes.first_after(instant)) is not None:
                return took
            time.sleep(0.05)
        return None

    @contextlib.contextmanager
    def writes_held(self):
        """No write is under way meanwhile; reads go on."""
        with self.writes.turn:
            yield

    def failed_reads(self):
        return [failed for probe in self.reads for failed in probe.failed]

    def answered_reads(self):
        return sum(probe.answered for probe in self.reads)

    def longest_read(self):
        return max(probe.longest for probe in self.reads)

    def stop(self):
        for probe in (self.writes, *self.reads):
            probe.stop()
