"""One installation under test: a data folder, its private PostgreSQL, the service, and the command line beside them."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from bench.servers import clean_environment, fetch, free_port

READY_SECONDS_MAX = 60.0
STARTS_MAX = 20


class NotStarted(Exception):
    """The service does not come up; the message holds the end of its log."""


def is_alive(pid):
    """Whether the process runs; one that ended and was not collected yet does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError), open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                if int(stat.read().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry))
    return found


class Installation:
    def __init__(self, binary, home, psql, **settings):
        self.binary, self.home, self.psql_program = binary, pathlib.Path(home), psql
        self.data = self.home / "data"
        self.spool = pathlib.Path(settings.get("TERMOMETRO_SPOOL_DIR", self.data / "spool"))
        self.port = free_port()
        self.log = self.home / "service.log"
        self.database_log = self.data / "postgresql" / "server.log"
        self.settings = {
            "TERMOMETRO_DATA_DIR": self.data, "TERMOMETRO_LISTEN": f"127.0.0.1:{self.port}", "TERMOMETRO_LOG_FORMAT": "json",
            "TERMOMETRO_LOG": "info,access=warn,refinery_core=warn,tokio_postgres=warn", "TERMOMETRO_WATCH_LOOPBACK": "on",
            "TERMOMETRO_EXPORTS_KEPT": "2", "TERMOMETRO_RATE_ADDRESS_PER_MINUTE": "0", "TERMOMETRO_RATE_KEY_PER_MINUTE": "0", **settings,
        }
        self.process, self.started_at, self.refused_starts = None, 0.0, []

    def environment(self, **more):
        return clean_environment(**self.settings, **more)

    # The service.

    def launch(self):
        self.home.mkdir(parents=True, exist_ok=True)
        # PostgreSQL runs as another user than root, and keeps its own folder inside to itself.
        os.chmod(self.home, 0o755)
        self.started_at = time.time()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(self.binary), "run"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home,
                                            env=self.environment(), start_new_session=True)

    def start(self):
        """Seconds from the start until it is ready. A start that is refused is kept in mind and tried again."""
        begin = time.monotonic()
        for _ in range(STARTS_MAX):
            self.launch()
            while self.process.poll() is None:
                if self.is_ready():
                    return time.monotonic() - begin
                if time.monotonic() - begin > READY_SECONDS_MAX:
                    raise NotStarted(f"not ready within {READY_SECONDS_MAX:.0f} s: {self.last_words()}")
                time.sleep(0.02)
            self.refused_starts.append(self.last_words())
            time.sleep(0.25)
        raise NotStarted(f"{STARTS_MAX} starts were refused: {self.last_words()}")

    def is_ready(self):
        """Ready by its own word, and a question that needs the database is answered."""
        return self.status_of("/readyz") == 200 and self.status_of("/v1/assessments?limit=1") == 200

    def status_of(self, path):
        import http.client

        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", path)
                return connection.getresponse().status
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return None

    def wait_until_ready(self, seconds):
        """Seconds it took, or None."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if self.is_ready():
                return time.monotonic() - begin
            time.sleep(0.02)
        return None

    def last_words(self):
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1][-400:] if lines else "it said nothing"

    def kill_service(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """As an operator stops it. None: it had to be killed."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill_service()
            return None

    def metrics(self):
        """Names with their values, summed over their labels."""
        _, _, body = fetch(self.port, "/metrics")
        found = {}
        for line in body.decode().splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                name = name.partition("{")[0]
                with contextlib.suppress(ValueError):
                    found[name] = found.get(name, 0.0) + float(value)
        return found

    # PostgreSQL.

    def _postmaster_file(self):
        lines = (self.data / "postgresql" / "data" / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[4].strip()

    def postmaster(self):
        """Its process id while it runs."""
        try:
            pid, _ = self._postmaster_file()
        except (OSError, ValueError, IndexError):
            return None
        return pid if is_alive(pid) else None

    def database_processes(self):
        pid = self.postmaster()
        return [pid, *children(pid)] if pid else []

    def psql(self, sql):
        _, socket_dir = self._postmaster_file()
        environment = clean_environment(PGHOST=socket_dir, PGPORT="5432", PGUSER="termometro", PGDATABASE="termometro")
        command = [str(self.psql_program), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, env=environment, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr.strip()[-400:]}")
        return done.stdout

    def rows(self, queries):
        """The rows of each query by its name, all of one state of the database."""
        sql = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"]
        sql += [f"SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM ({query}) t;" for query in queries.values()]
        lines = self.psql("\n".join([*sql, "COMMIT;"])).splitlines()
        return {name: json.loads(line) for name, line in zip(queries, lines, strict=True)}

    # The command line.

    def command(self, *arguments, timeout=300, **more):
        return subprocess.run([str(self.binary), *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              cwd=self.home, env=self.environment(**more), timeout=timeout)

    def command_begun(self, *arguments):
        return subprocess.Popen([str(self.binary), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.home, env=self.environment())

    def end(self):
        """Ends whatever runs and takes the folder away."""
        if self.process is not None and self.process.poll() is None:
            self.kill_service()
        pid = self.postmaster()
        if pid:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGQUIT)
            end = time.monotonic() + 10
            while is_alive(pid) and time.monotonic() < end:
                time.sleep(0.05)
        shutil.rmtree(self.home, ignore_errors=True)
