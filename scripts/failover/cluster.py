"""One etcd and three servers, each PostgreSQL under Patroni as ops/patroni.yml has it; and what can befall a server."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

from bench.servers import clean_environment, free_port
from torture.installation import children, is_alive

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "ops" / "patroni.yml"
NAMES = ("one", "two", "three")
PASSWORDS = {"superuser": "of-the-superuser", "replication": "of-the-follower", "owner": "of-the-owner", "login": "of-the-service"}
WHOLE_SECONDS_MAX = 60.0


class NotWhole(Exception):
    """The servers do not come up, or do not come back; the message says what they say of themselves."""


def database_account():
    """PostgreSQL does not run as root."""
    return pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)


def end(process, seconds=10):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ended_by(pids):
    until = time.monotonic() + 10
    while any(is_alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)


def as_account(account):
    """Before a command that PostgreSQL's account is to run."""
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"] if os.geteuid() == 0 else []


def interpreter(account, packages):
    """One that the account may run, which one in the home of root is not, and that loads Patroni. Patroni runs it again, with no rights of root left
    over: so does `env`."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [*as_account(account), "env", python, "-B", "-c", "import patroni, psycopg, etcd"]
        if subprocess.run(command, env=clean_environment(PYTHONPATH=packages), cwd="/", capture_output=True, check=False).returncode == 0:
            return python
    raise NotWhole(f"{account.pw_name} has no Python that loads Patroni: neither {sys.executable} nor /usr/bin/python3")


class Etcd:
    def __init__(self, home, network):
        self.client = f"http://{network.here}:{free_port()}"
        peer = f"http://127.0.0.1:{free_port()}"
        command = ["etcd", "--name", "etcd", "--data-dir", str(home / "etcd"), "--listen-client-urls", self.client,
                   "--advertise-client-urls", self.client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                   "--initial-cluster", f"etcd={peer}", "--logger", "zap"]
        with open(home / "etcd.log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environment(),
                                            start_new_session=True)

    def end(self):
        end(self.process)


class Server:
    def __init__(self, number, name, home, network, etcd, python, packages, programs):
        self.number, self.name, self.network = number, name, network
        self.address = network.address(number)
        self.port, self.api = free_port(), free_port()
        self.folder, self.log = home / name, home / f"{name}.log"
        self.data = self.folder / "data"
        self.python, account = python, database_account()
        self.folder.mkdir(mode=0o700)
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.account, self.process = account, None
        self.environment = clean_environment(
            HOME=self.folder, PYTHONPATH=packages, PATRONI_NAME=name, PATRONI_ETCD3_HOSTS=etcd.client.removeprefix("http://"),
            PATRONI_RESTAPI_LISTEN=f"{self.address}:{self.api}", PATRONI_RESTAPI_CONNECT_ADDRESS=f"{self.address}:{self.api}",
            PATRONI_POSTGRESQL_LISTEN=f"{self.address}:{self.port}", PATRONI_POSTGRESQL_CONNECT_ADDRESS=f"{self.address}:{self.port}",
            PATRONI_POSTGRESQL_DATA_DIR=self.data, PATRONI_POSTGRESQL_BIN_DIR=programs, PATRONI_POSTGRESQL_PGPASS=self.folder / "pgpass",
            PATRONI_SUPERUSER_PASSWORD=PASSWORDS["superuser"], PATRONI_REPLICATION_PASSWORD=PASSWORDS["replication"],
        )

    def start(self, configuration):
        command = [*self.network.entered(self.number), *as_account(self.account), self.python, "-B", "-m", "patroni", str(configuration)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=self.environment,
                                            start_new_session=True)

    def pids(self):
        """Of all that runs there: Patroni first, so that it starts nothing again."""
        found = [self.process.pid, *children(self.process.pid)] if self.process and self.process.poll() is None else []
        with contextlib.suppress(OSError, ValueError, IndexError):
            postmaster = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            if is_alive(postmaster):
                found += [postmaster, *children(postmaster)]
        return list(dict.fromkeys(found))

    def signal(self, number):
        """To all of it, twice: what was begun meanwhile gets it too."""
        for _ in range(2):
            for pid in self.pids():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)

    def kill(self):
        pids = self.pids()
        self.signal(signal.SIGKILL)
        self.process.wait()
        ended_by(pids)

    def last_words(self):
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return "\n".join(lines[-12:])

    def end(self):
        if self.process:
            self.signal(signal.SIGCONT)
            self.kill()


def leader_of_whole(views):
    """Its name, when all servers see the same one, and two standbys that follow it. One that was frozen may see for some seconds what was."""
    leaders = set()
    for members in views:
        roles = sorted((member["role"], member["state"]) for member in members)
        if roles != [("leader", "running"), ("replica", "streaming"), ("sync_standby", "streaming")]:
            return None
        leaders |= {member["name"] for member in members if member["role"] == "leader"}
    return leaders.pop() if len(leaders) == 1 else None


class Cluster:
    def __init__(self, home, network, packages, programs):
        # The account of the database may not read the folder of the sources.
        self.configuration = pathlib.Path(shutil.copy(CONFIGURATION, home))
        readable = home / "packages"
        shutil.copytree(packages, readable, ignore=shutil.ignore_patterns("pip", "setuptools", "__pycache__"))
        self.programs, self.network, self.home = programs, network, home
        self.etcd, self.servers = None, []
        try:
            python = interpreter(database_account(), readable)
            self.etcd = Etcd(home, network)
            for number, name in enumerate(NAMES):
                self.servers.append(Server(number, name, home, network, self.etcd, python, readable, programs))
            for server in self.servers:
                server.start(self.configuration)
            _, self.leader = self.wait_until_whole()
            self.make_database()
        except BaseException:
            self.end()
            raise

    def view_of(self, server):
        """The members as one server sees them; nothing where it says nothing."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            with urllib.request.urlopen(f"http://{server.address}:{server.api}/cluster", timeout=2) as answer:
                return json.loads(answer.read())["members"]
        return []

    def wait_until_whole(self):
        """A primary, a standby that has every commit, and another one, as all three see it. The seconds that it took, and the primary."""
        begun = time.monotonic()
        while True:
            views = [self.view_of(server) for server in self.servers]
            if name := leader_of_whole(views):
                return time.monotonic() - begun, next(server for server in self.servers if server.name == name)
            if time.monotonic() - begun > WHOLE_SECONDS_MAX:
                words = "\n".join(f"{server.name}:\n{server.last_words()}" for server in self.servers)
                raise NotWhole(f"not whole within {WHOLE_SECONDS_MAX:.0f} s: {json.dumps(views)}\n{words}")
            time.sleep(0.25)

    def url(self, user, password, name="termometro", more="?target_session_attrs=read-write"):
        servers = ",".join(f"{server.address}:{server.port}" for server in self.servers)
        return f"postgresql://{user}:{password}@{servers}/{name}{more}"

    def superuser(self, name="termometro"):
        return self.url("postgres", PASSWORDS["superuser"], name)

    def settings(self):
        """Of the service, as docs/replicas.md has them."""
        each = [f"postgresql://termometro_login:{PASSWORDS['login']}@{server.address}:{server.port}/termometro" for server in self.servers]
        return {
            "DATABASE_URL": self.url("termometro_login", PASSWORDS["login"]),
            "DATABASE_MIGRATION_URL": self.url("termometro_owner", PASSWORDS["owner"]),
            "DATABASE_READ_URLS": " ".join(each),
        }

    def make_database(self):
        roles = ROOT / "packaging" / "roles.sql"
        command = [self.programs / "psql", self.superuser("postgres"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v",
                   f"owner_password={PASSWORDS['owner']}", "-v", f"login_password={PASSWORDS['login']}", "-f", roles]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=clean_environment(), timeout=60, check=False)
        if done.returncode != 0:
            raise NotWhole(f"packaging/roles.sql: {done.stderr.strip()[-400:]}")

    def end(self):
        for server in self.servers:
            with contextlib.suppress(Exception):
                server.end()
        if self.etcd:
            self.etcd.end()
