"""One client of the service: a write that got no answer is sent again with the same key, until it has one."""

import collections
import http.client
import re
import threading
import time

NO_ANSWER = "no answer"
TOO_LONG_SECONDS = 90.0
# What a client tries again: the outcome is unknown, or the service says "later".
AGAIN = {408, 425, 429, 500, 502, 503, 504, 507}


class Lost(Exception):
    """No complete answer arrived: the outcome is unknown."""


class Statuses:
    """How many answers of each status, and how many never came."""

    def __init__(self):
        self._lock = threading.Lock()
        self._counted, self._faults = collections.Counter(), {}

    def count(self, status, method="", path="", body=b""):
        """A 500 is a fault of the program, whatever befell its database: the first of each operation is kept."""
        with self._lock:
            self._counted[str(status)] += 1
            if status == 500:
                operation = method + " " + re.sub(r"/(d[0-9A-Za-z]{10}|[0-9]{4}-[0-9.-]+)", "/{id}", path.partition("?")[0])
                self._faults.setdefault(operation, body.decode(errors="replace")[:400])

    def faults(self):
        """Operation and body of what was answered 500 since the last call."""
        with self._lock:
            faults, self._faults = self._faults, {}
        return faults

    def all(self):
        with self._lock:
            return dict(sorted(self._counted.items()))


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Client:
    def __init__(self, port, statuses, random, key=None, timeout=20.0, ended=None):
        self.port, self.statuses, self.random, self.key, self.timeout = port, statuses, random, key, timeout
        # Once it is set, nothing is tried again.
        self.ended = ended or threading.Event()
        self.connection = None

    def ask(self, method, path, body=None, **headers):
        """One try. Raises `Lost`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self.connection.request(method, path, body=body, headers=sent)
            answer = self.connection.getresponse()
            whole = Answer(answer.status, dict(answer.getheaders()), answer.read())
            if answer.will_close:
                self.close()
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            self.statuses.count(NO_ANSWER)
            raise Lost(f"{type(fault).__name__}: {fault}") from fault
        self.statuses.count(whole.status, method, path, whole.body)
        return whole

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def write(self, meant, path, body, content_type, gives_up):
        """The first answer that decides, or None: given up after a lost answer, or after a long time without one."""
        end = time.monotonic() + TOO_LONG_SECONDS
        while time.monotonic() < end:
            meant.tries += 1
            try:
                answer = self.ask("POST", path, body, Idempotency_Key=meant.key, Content_Type=content_type)
            except Lost:
                if self.random.random() < gives_up:
                    return None
            else:
                if answer.status not in AGAIN:
                    return answer
            if self.ended.wait(self.random.uniform(0.02, 0.15)):
                break
        raise Lost(f"no deciding answer in {TOO_LONG_SECONDS:.0f} s")
