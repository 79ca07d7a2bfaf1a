"""What the goals share: the built programs, the filled database, the questions, the running service."""

import pathlib
import shutil
from dataclasses import dataclass, field

from . import dataset, goals
from .plan import Plan
from .servers import PrivateDatabase, Server, clean_environment, fetch, free_port


@dataclass
class Stage:
    plan: Plan
    home: pathlib.Path
    binary: pathlib.Path
    programs: dict
    # None: the peers could not be installed, for the reason beside it.
    python: object
    python_reason: str
    # Executables of benches/, or the reason why there is none.
    benches: dict
    folder: pathlib.Path = None
    database: PrivateDatabase = None
    questions: dataset.Questions = None
    # Every line of the table by its key; a goal fills in its own.
    lines: dict = field(default_factory=goals.all_goals)
    # What goals leave for others: memory after the load (11), the import at the usual size (12).
    kept: dict = field(default_factory=dict)

    @property
    def logs(self):
        return self.home / "logs"

    @property
    def secrets_dir(self):
        return self.home / "secrets"

    @property
    def invented(self):
        """For files made of the generated ones, marked as these are: to real reports invented ones are not added, and the other way round they end."""
        folder = self.home / "invented"
        folder.mkdir(exist_ok=True)
        shutil.copy(self.folder / dataset.MARK, folder)
        return folder

    def service(self, name="service", memory="on", database=None, **more):
        """Our service on the filled database, or on another one."""
        port = free_port()
        environment = clean_environment(
            DATABASE_URL=self.database.url_of(database or self.database.name), TERMOMETRO_DATA_DIR=self.home / name, TERMOMETRO_LISTEN=f"127.0.0.1:{port}",
            TERMOMETRO_LOG="warn", TERMOMETRO_MEMORY=memory,
            # One database, and so one set of secrets, whichever service.
            TERMOMETRO_SECRETS_DIR=self.secrets_dir,
            # Counted as always, and never refused. Files of open data are not made meanwhile.
            TERMOMETRO_EXPORTS_KEPT="0", TERMOMETRO_POOL_WAITING_MAX="1000",
            TERMOMETRO_RATE_ADDRESS_PER_MINUTE="1000000000", TERMOMETRO_RATE_KEY_PER_MINUTE="1000000000", **more,
        )
        return Server(name, [self.binary, "serve"], self.logs, environment, port)

    def static(self, name, body):
        """The yardstick: a bare hyper server with one body."""
        executable = self.benches["static_server"]
        if isinstance(executable, str):
            raise RuntimeError(executable)
        file = self.home / f"{name}.body"
        file.write_bytes(body)
        port = free_port()
        return Server(name, [executable, "--bench", "--port", port, "--body", file], self.logs, port=port)


def from_memory(server):
    """How many answers came from memory so far."""
    _, _, body = fetch(server.port, "/metrics")
    lines = [line for line in body.decode().splitlines() if line.startswith("http_cache_hits_total")]
    return int(float(lines[0].split()[-1])) if lines else 0


def wait_for_memory(server, path, seconds=180):
    """Until `path` is answered from memory. False when it never is."""
    import time

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = from_memory(server)
        fetch(server.port, path)
        if from_memory(server) > before:
            return True
        time.sleep(0.1)
    return False
