"""The faults: each does its harm under load, brings the service back, and says how long it took until it was ready again."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import time

from .installation import NotStarted, is_alive
from .ledger import Violation

# The private PostgreSQL that died is to be back within this, by the service itself.
RESTART_SECONDS = 10.0
BACK_SECONDS_MAX = 60.0
KILLS = ("service", "postmaster", "importer", "both")
FULL = ("full_disk", "full_spool")


class Faults:
    def __init__(self, installation, traffic, ledger, figures, random):
        self.installation, self.traffic, self.ledger, self.figures, self.random = installation, traffic, ledger, figures, random
        self.number = 0

    def run(self, kind):
        """One fault of the kind, after a moment of load. Its name with its number, for what is found afterwards."""
        self.number += 1
        time.sleep(self.random.uniform(0.05, 1.5))
        try:
            getattr(self, kind)()
        except NotStarted as fault:
            self.ledger.seen(Violation("service does not come back", f"{kind} {self.number}", str(fault)))
            raise
        return f"{kind} {self.number}"

    def start_again(self):
        before = len(self.installation.refused_starts)
        after = self.installation.start()
        refused = self.installation.refused_starts[before:]
        if refused:
            self.ledger.seen(Violation("start refused", f"fault {self.number}", f"{len(refused)} times: {refused[-1]}"))
            self.figures.add("starts refused", len(refused))
        return after

    def service(self):
        self.installation.kill_service()
        self.figures.fault("kill -9 service", self.start_again())

    def both(self):
        """The service and its PostgreSQL at the same moment."""
        pid = self.installation.postmaster()
        if pid:
            os.kill(pid, signal.SIGKILL)
        self.installation.kill_service()
        self.figures.fault("kill -9 both", self.start_again())

    def postmaster(self):
        """Only PostgreSQL. No command begins meanwhile, since it would start it: that is left to the service."""
        pid = self.installation.postmaster()
        if pid is None:
            raise NotStarted("there is no postmaster to kill")
        importer = self.traffic.importer
        importer.allowed.clear()
        try:
            begin, beside = time.monotonic(), importer.current
            os.kill(pid, signal.SIGKILL)
            while is_alive(pid):
                time.sleep(0.005)
            after = self.back_by_itself(begin, pid)
            if after is not None:
                # A command that was just beginning may have been the one that started it.
                self.figures.fault("kill -9 postmaster", after, "an import command ran beside it" if beside else None)
                return
            ended = self.installation.process.poll() is not None
            what = "service ended, not restarted" if ended else "not restarted"
            detail = f"not ready {RESTART_SECONDS:.0f} s after kill -9 of the postmaster"
            self.ledger.seen(Violation(f"postmaster {what}", f"fault {self.number}", detail))
            self.installation.stop()
            again = self.start_again()
            self.figures.fault("kill -9 postmaster", None, what)
            self.figures.fault("  then start by hand", again)
        finally:
            importer.allowed.set()

    def back_by_itself(self, begin, old):
        while time.monotonic() - begin < RESTART_SECONDS:
            if self.installation.postmaster() not in (None, old) and self.installation.is_ready():
                return time.monotonic() - begin
            if self.installation.process.poll() is not None:
                return None
            time.sleep(0.02)
        return None

    def importer(self):
        """The importing command, soon after it began."""
        importer, end = self.traffic.importer, time.monotonic() + 5
        while time.monotonic() < end:
            process = importer.current
            if process is not None and process.poll() is None:
                time.sleep(self.random.uniform(0, 0.12))
                if process.poll() is None:
                    process.kill()
                    self.figures.fault("kill -9 importer")
                    return
            time.sleep(0.002)
        self.figures.fault("kill -9 importer", None, "none was running")

    def frozen(self):
        """All of PostgreSQL stands still for a while."""
        processes = self.installation.database_processes()
        pause = self.random.uniform(0.5, 4)
        try:
            for pid in processes:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGSTOP)
            time.sleep(pause)
        finally:
            for pid in processes:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGCONT)
        self.back("SIGSTOP postgresql")

    def back(self, name):
        after = self.installation.wait_until_ready(BACK_SECONDS_MAX)
        if after is not None:
            self.figures.fault(name, after)
            return
        self.ledger.seen(Violation(f"not ready after {name}", f"fault {self.number}", f"for {BACK_SECONDS_MAX:.0f} s; started again by the harness"))
        self.figures.fault(name, None, "not back")
        self.installation.stop()
        self.figures.fault("  then start by hand", self.start_again())

    def descriptors(self):
        """A few descriptors more than are open now, and clients that want many."""
        pid = self.installation.process.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        sockets = []
        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")) + 4, hard))
            end = time.monotonic() + self.random.uniform(1, 2.5)
            while time.monotonic() < end:
                if len(sockets) < 60:
                    with contextlib.suppress(OSError):
                        sockets.append(socket.create_connection(("127.0.0.1", self.installation.port), timeout=1))
                time.sleep(0.01)
        finally:
            for one in sockets:
                one.close()
            if self.installation.process.poll() is None:
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        if self.installation.process.poll() is not None:
            self.ledger.seen(Violation("service ended without descriptors", f"fault {self.number}", self.installation.last_words()))
            self.figures.fault("descriptors exhausted", self.start_again(), "ended")
            return
        self.back("descriptors exhausted")

    def full_disk(self):
        self.full(self.installation.data, "disk full")

    def full_spool(self):
        self.full(self.installation.spool, "spool full")

    def full(self, folder, name):
        """The file system of the folder is filled, and emptied after some seconds."""
        filler = folder / "filler"
        try:
            with open(filler, "wb", buffering=0) as out, contextlib.suppress(OSError):
                for block in (1 << 20, 1 << 12):
                    with contextlib.suppress(OSError):
                        while True:
                            out.write(b"\0" * block)
            time.sleep(self.random.uniform(1.5, 4))
        finally:
            filler.unlink(missing_ok=True)
        if self.installation.process.poll() is not None:
            self.ledger.seen(Violation("service ended on a full disk", f"fault {self.number}", self.installation.last_words()))
            self.figures.fault(name, self.start_again(), "ended")
            return
        self.back(name)


class SmallDisk:
    """A file system of its own for one folder: tmpfs, which only root may mount."""

    def __init__(self, folder, mebibytes):
        self.folder, self.mebibytes, self.mounted = folder, mebibytes, False

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0 or shutil.which("mount") is None:
            raise PermissionError("only root can mount a small file system: run it as root to see it")
        command = ["mount", "-t", "tmpfs", "-o", f"size={self.mebibytes}m,mode=755", "termometro-torture", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise PermissionError(f"no small file system can be mounted: {done.stderr.strip()}")
        self.mounted = True
        return self

    def __exit__(self, *_):
        if self.mounted:
            # -l: a process that is still ending must not keep it.
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True)
