"""Processes that the run starts and stops: PostgreSQL through our program, our service, the static server, the peers."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class NotStarted(Exception):
    """A server did not come up; the message holds the end of its log."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**settings):
    """The environment without anything that could lead to a server or a setting of the machine's owner."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TERMOMETRO_", "PG", "DATABASE_", "PYTHON"))}
    # Where PostgreSQL's programs are is no server.
    if "TERMOMETRO_PG_BIN" in os.environ:
        kept["TERMOMETRO_PG_BIN"] = os.environ["TERMOMETRO_PG_BIN"]
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    return {**kept, **{name: str(value) for name, value in settings.items()}}


class Server:
    """One program, in a process group of its own, with a log file."""

    def __init__(self, name, command, log_dir, environment=None, port=None, cwd=None):
        self.name, self.port = name, port
        self.log = log_dir / f"{name}.log"
        self.started = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cwd,
                env=environment or clean_environment(), start_new_session=True,
            )

    def pids(self):
        """The program and whatever it started (workers)."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as children:
                        waiting += [int(child) for child in children.read().split()]
        return found

    def cpu_seconds(self):
        """User and system time of the program and its workers so far."""
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / CLOCK_TICKS

    def memory_mib(self, field):
        """`VmRSS` (now) or `VmHWM` (the most so far) of the program."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            kib = next(int(line.split()[1]) for line in status if line.startswith(field))
        return kib / 1024

    def wait_for(self, path, seconds=120.0, pause=0.05):
        """Seconds from the start of the process to the first 200 on `path`."""
        while time.monotonic() - self.started < seconds:
            if self.process.poll() is not None:
                raise NotStarted(f"{self.name} ended: {self.last_words()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return time.monotonic() - self.started
            time.sleep(pause)
        raise NotStarted(f"{self.name} did not answer {path} in {seconds:.0f} s: {self.last_words()}")

    def last_words(self):
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1][-400:] if lines else "it said nothing"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class PrivateDatabase:
    """A PostgreSQL of the run's own, kept by `termometro database` in a throw-away folder."""

    def __init__(self, binary, data_dir, log_dir, programs):
        self.data_dir, self.programs = data_dir, programs
        environment = clean_environment(TERMOMETRO_DATA_DIR=data_dir, TERMOMETRO_LOG="warn")
        self.server = Server("database", [binary, "database"], log_dir, environment)
        self.url = self._url()
        parts = urllib.parse.urlsplit(self.url)
        host, self.port = parts.netloc.rpartition("@")[2].rsplit(":", 1)
        self.socket_dir, self.user, self.name = urllib.parse.unquote(host), parts.username, parts.path.lstrip("/")

    def _url(self):
        for _ in range(1200):
            for line in self.server.log.read_text(errors="replace").splitlines():
                if line.startswith("postgresql://"):
                    return line.strip()
            if self.server.process.poll() is not None:
                break
            time.sleep(0.1)
        raise NotStarted(f"the private PostgreSQL did not start: {self.server.last_words()}")

    def url_of(self, name):
        return self.url.rpartition("/")[0] + "/" + name

    def environment(self, name):
        """For libpq and asyncpg."""
        return {"PGHOST": self.socket_dir, "PGPORT": self.port, "PGUSER": self.user, "PGDATABASE": name}

    def psql(self, name, sql, *arguments, given=None):
        command = [self.programs["psql"], "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments]
        if sql is not None:
            command += ["-c", sql]
        environment = clean_environment(**self.environment(name))
        done = subprocess.run([str(part) for part in command], input=given or "", capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr.strip()[-400:]}")
        return done.stdout.strip()

    def log(self):
        return self.data_dir / "postgresql" / "server.log"

    def statements_logged(self):
        """How many statements were executed since they are logged, prepared or not; opening and closing a transaction is none."""
        return len(re.findall(r"LOG:  duration: [0-9.]+ ms  (?:execute|statement)(?! <unnamed>: *(?:BEGIN|COMMIT)|: *(?:BEGIN|COMMIT))", self.log().read_text("utf-8", "replace")))

    def copy_of(self, template, name):
        """A fresh database with the content of another one, which nobody may be using."""
        self.psql("postgres", f'DROP DATABASE IF EXISTS "{name}"')
        # Files are copied as they lie; PostgreSQL's own way writes all of them into its log first.
        self.psql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')

    def copy_of_while_used(self, source, name, tables):
        """A fresh database with some tables of one that is in use."""
        self.psql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.psql("postgres", f'CREATE DATABASE "{name}"')
        for table in tables:
            columns = self.psql(source, f"""SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
                FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped""")
            self.psql(name, f"CREATE TABLE {table} ({columns})")
            rows = self.psql(source, f"COPY {table} TO STDOUT")
            self.psql(name, f"COPY {table} FROM STDIN", given=rows + "\n")

    def drop(self, name):
        self.psql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self):
        self.server.stop()


def fetch(port, path, headers=None, connection=None):
    """Status, headers and body of one GET."""
    own = connection is None
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    if own:
        connection.close()
    return answer.status, answer.headers, body
