"""After each fault: the load held still, the invariants, `termometro verify`, the spool, the log."""

import json
import time

from . import invariants
from .ledger import Violation
from .reading import Reading

# The part of the time that `verify` may take; it is always run at the end.
VERIFY_SHARE = 0.25
# A message that a killed service had in its hands is taken up after 45 seconds.
DELIVERY_SECONDS = 120
VALIDATION_SECONDS = 30


class Checking:
    def __init__(self, installation, ledger, receiver, watch, since, first_files):
        self.installation, self.ledger, self.receiver, self.watch, self.since = installation, ledger, receiver, watch, since
        self.first_files, self.reading = first_files, Reading(installation)
        self.begun, self.verify_seconds, self.verified, self.log_read = time.monotonic(), 0.0, 0, 0
        self.database_log_read = 0
        self.stored = None

    def check(self, last=False):
        """Everything that is violated now. The load stands still."""
        violations = self.ledger.noticed()
        delivered = False
        if last:
            if not self.reading.wait_until_validated(VALIDATION_SECONDS):
                violations.append(Violation("submission never validated", "at the end", f"after {VALIDATION_SECONDS} s"))
            delivered = self.reading.wait_until_delivered(DELIVERY_SECONDS)
            if not delivered:
                violations.append(Violation("messages never delivered", "at the end", f"some still wait after {DELIVERY_SECONDS} s"))
        stored = self.stored = self.reading.read(last)
        violations += invariants.all_of(self.ledger, stored, self.first_files)
        violations += invariants.watches(stored, self.watch, self.since, self.receiver.received(), delivered)
        violations += self.spool() + self.words_in_the_log() + self.refusals_of_the_database()
        if last or self.verify_seconds <= VERIFY_SHARE * (time.monotonic() - self.begun):
            violations += self.verify()
        return violations

    def verify(self):
        begin = time.monotonic()
        done = self.installation.command("verify")
        self.verify_seconds += time.monotonic() - begin
        self.verified += 1
        if done.returncode == 0:
            return []
        return [Violation("verify", f"exit {done.returncode}", (done.stdout + done.stderr).strip()[-600:])]

    def spool(self):
        """What was left by an earlier process."""
        folder, left = self.installation.spool, []
        for path in folder.glob("**/*") if folder.is_dir() else ():
            try:
                if path.is_file() and path.stat().st_mtime < self.installation.started_at:
                    left.append(path.name)
            except OSError:  # gone meanwhile
                continue
        return [Violation("spool file outlives a start", name, f"{len(left)} in all") for name in sorted(left)]

    def words_in_the_log(self):
        with open(self.installation.log, encoding="utf-8", errors="replace") as log:
            log.seek(self.log_read)
            lines = log.readlines()
            self.log_read = log.tell()
        found = []
        for line in lines:
            if "panicked" in line or "internal error" in line:
                kind = "panic in the log" if "panicked" in line else "internal error in the log"
                found.append(Violation(kind, message(line), line.strip()[:600]))
        return found


    def refusals_of_the_database(self):
        """What the service asks for and its log-in may not have: it goes round and round, and says so nowhere else."""
        path = self.installation.database_log
        if not path.exists():
            return []
        with open(path, encoding="utf-8", errors="replace") as log:
            log.seek(self.database_log_read)
            lines = log.readlines()
            self.database_log_read = log.tell()
        refused = {line.partition("ERROR:")[2].strip() for line in lines if "ERROR:" in line and "permission denied" in line}
        return [Violation("permission denied in the database's log", subject, "") for subject in sorted(refused)]


def message(line):
    """What the line says, without its instant, so that the same fault counts once."""
    try:
        fields = json.loads(line)
    except ValueError:
        return line.strip()[:200]
    return f"{fields.get('message', '')} {fields.get('error', '')}".strip()[:200]
