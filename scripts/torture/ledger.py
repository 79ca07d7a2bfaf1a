"""What the writers meant, and what was acknowledged: the truth that the database is compared with."""

import threading
from dataclasses import dataclass, field

OPEN, ACKNOWLEDGED, ABANDONED, REFUSED = "open", "acknowledged", "abandoned", "refused"


@dataclass
class Meant:
    # submission, draft, approval, publication or import
    kind: str
    # The Idempotency-Key; of an import the SHA-256 of its file.
    key: str
    # SHA-256 of the body of a submission or an import.
    sha256: str = ""
    rows: int = 0
    # What an acknowledged answer must agree with: the draft of an approval, the act of a publication.
    about: dict = field(default_factory=dict)
    state: str = OPEN
    # What the answer said: id, version, counts.
    said: dict = field(default_factory=dict)
    tries: int = 0

    def must_be_stored(self):
        return self.state == ACKNOWLEDGED

    def may_be_stored(self):
        """An answer that did not arrive says nothing about what is stored."""
        return self.state in (OPEN, ABANDONED, ACKNOWLEDGED)


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that must not be: its kind, what it is about, and what was found."""

    kind: str
    subject: str
    detail: str


class Ledger:
    """Written by every writer at once."""

    def __init__(self):
        self._lock = threading.Lock()
        self._meant = {}
        self._violations = []

    def means(self, meant):
        with self._lock:
            if (meant.kind, meant.key) in self._meant:
                raise ValueError(f"{meant.kind} {meant.key} was meant before")
            self._meant[meant.kind, meant.key] = meant
        return meant

    def acknowledged(self, meant, **said):
        with self._lock:
            meant.state, meant.said = ACKNOWLEDGED, said

    def abandoned(self, meant):
        with self._lock:
            meant.state = ABANDONED

    def refused(self, meant, status, body):
        """A refusal that no writer here provokes."""
        with self._lock:
            meant.state = REFUSED
            self._violations.append(Violation("unexpected refusal", f"{meant.kind} {meant.key}", f"{status}: {body[:300]}"))

    def seen(self, violation):
        """What a writer or reader noticed by itself."""
        with self._lock:
            self._violations.append(violation)

    def noticed(self):
        """What was noticed since the last call."""
        with self._lock:
            noticed, self._violations = self._violations, []
        return noticed

    def of(self, kind):
        with self._lock:
            return [meant for meant in self._meant.values() if meant.kind == kind]

    def counts(self):
        """Kind and state of everything, counted."""
        found = {}
        with self._lock:
            for meant in self._meant.values():
                found[meant.kind, meant.state] = found.get((meant.kind, meant.state), 0) + 1
        return found
