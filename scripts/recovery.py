#!/usr/bin/env python3
"""The recipe of docs/backup.md for going back to a moment, carried out: base backup, archived WAL, an accident, recovery to just before it.

    recovery.py [--program target/debug/termometro]
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECONDS_MAX = 120
# What an operator adds below the include line of postgresql.conf, and what says how far to recover.
ARCHIVING = """
archive_mode = on
archive_command = 'test ! -f "{wal}/%f" && cp "%p" "{wal}/.%f" && mv "{wal}/.%f" "{wal}/%f"'
archive_timeout = 60
"""
RECOVERING = """
restore_command = 'cp "{wal}/%f" "%p"'
recovery_target_time = '{moment}'
recovery_target_action = 'promote'
hot_standby = off
archive_mode = off
"""


class Installation:
    """A data folder with the program's private PostgreSQL, kept running by `termometro database`."""

    def __init__(self, program, folder):
        self.folder, self.program, self.running = folder, program, None
        self.data = folder / "postgresql" / "data"
        known = ("TERMOMETRO_", "PG", "DATABASE_URL")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(known)}
        self.environment |= {"TERMOMETRO_DATA_DIR": str(folder), "TERMOMETRO_LOG": "error"}

    def run(self, *arguments, key=None):
        environment = self.environment | ({"TERMOMETRO_ADMIN_KEY": key} if key else {})
        return output([self.program, *arguments], env=environment)

    def start(self):
        self.running = subprocess.Popen([self.program, "database"], env=self.environment, stdout=subprocess.PIPE, text=True)
        url = self.running.stdout.readline().strip()
        if not url:
            raise SystemExit(f"PostgreSQL did not start: {(self.folder / 'postgresql' / 'server.log').read_text()[-2000:]}")
        return url

    def stop(self):
        self.running.send_signal(signal.SIGINT)
        self.running.wait(SECONDS_MAX)

    def die(self):
        """As a machine does: nothing is written out."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        self.running.kill()
        os.kill(postmaster, signal.SIGKILL)
        self.running.wait()


def output(command, **settings):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=SECONDS_MAX, check=False, **settings)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def postgres_program(name):
    """Debian puts those of a server in a folder of their version."""
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return versions[-1] if versions else name


def query(url, sql):
    return output([postgres_program("psql"), url, "-XAtqc", sql]).strip()


def wait_until(what, is_so):
    end = time.monotonic() + SECONDS_MAX
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"not within {SECONDS_MAX} s: {what}")
        time.sleep(0.1)


def give_to_owner(path, like):
    """PostgreSQL's files belong to the account that runs it, which is another one when this is root."""
    owner = like.stat()
    for one in [path, *path.rglob("*")]:
        os.lchown(one, owner.st_uid, owner.st_gid)


def base_backup(url, base, like):
    output([postgres_program("pg_basebackup"), "-d", url, "-D", base, "-c", "fast", "-X", "stream"])
    give_to_owner(base, like)
    output([postgres_program("pg_verifybackup"), base])


def recover(base, wal, moment, installation, secrets):
    (installation.folder / "postgresql").mkdir(parents=True)
    shutil.copytree(base, installation.data, symlinks=True)
    with (installation.data / "postgresql.conf").open("a") as settings:
        settings.write(RECOVERING.format(wal=wal, moment=moment))
    (installation.data / "recovery.signal").touch()
    installation.data.chmod(0o700)
    give_to_owner(installation.folder / "postgresql", base)
    shutil.copytree(secrets, installation.folder / "secrets")
    return installation.start()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "target" / "debug" / "termometro"))
    program = parser.parse_args().program
    folder = pathlib.Path(tempfile.mkdtemp(prefix="termometro-recovery-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user than root
    first, second = Installation(program, folder / "first"), Installation(program, folder / "second")
    wal, base, kept = folder / "wal", folder / "base", folder / "kept"
    try:
        first.start()
        first.stop()
        wal.mkdir(mode=0o700)
        give_to_owner(wal, first.data)
        with (first.data / "postgresql.conf").open("a") as settings:
            settings.write(ARCHIVING.format(wal=wal))
        url = first.start()
        first.run("migrate")
        base_backup(url, base, first.data)
        key = json.loads(first.run("keys", "bootstrap", "--json"))["key"]
        shutil.copytree(first.folder / "secrets", kept)
        entries = query(url, "SELECT count(*) FROM audit_entry")
        moment = query(url, "SELECT clock_timestamp()")
        time.sleep(0.1)
        query(url, "SET session_replication_role = replica; DELETE FROM audit_entry; DELETE FROM api_key")
        last = query(url, "SELECT pg_walfile_name(pg_switch_wal())")
        wait_until("the WAL is archived", lambda: (wal / last).exists())
        first.die()
        shutil.rmtree(first.folder)

        url = recover(base, wal, moment, second, kept)
        if (found := query(url, "SELECT count(*) FROM audit_entry")) != entries:
            raise SystemExit(f"{found} entries of the audit log after the recovery, {entries} before the accident")
        second.run("keys", "list", key=key)
        sound = second.run("verify").strip().splitlines()[-1]
        second.stop()
        print(f"recovered to {moment}, just before the accident: {entries} entries of the audit log, the key opens; {sound}")
    finally:
        for installation in (first, second):
            if installation.running and installation.running.poll() is None:
                installation.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
