"""Everything the run needs to be there: our program, the benches beside it, PostgreSQL's programs, wrk, the peers."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from .servers import clean_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
HERE = TARGET / "bench"


class Missing(Exception):
    """Something cannot be had here; the message says how to get it."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def program():
    """Our program as it is released."""
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    return TARGET / "release" / "termometro"


def bench_executable(name):
    """One of the benches, built and not run. Raises `Missing` when there is none of the name."""
    command = ["cargo", "bench", "--locked", "--no-run", "--bench", name, "--message-format", "json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            message = json.loads(line)
            if message.get("target", {}).get("name") == name and message.get("executable"):
                return pathlib.Path(message["executable"])
    raise Missing(f"benches/{name}.rs does not build")


def postgresql_programs():
    """psql, pgbench and postgres of one installation."""
    subprocess.run(["sh", str(ROOT / "scripts" / "ensure-postgresql.sh"), "--always"], check=True, env=clean_environment())
    folders = [pathlib.Path(os.environ["TERMOMETRO_PG_BIN"])] if "TERMOMETRO_PG_BIN" in os.environ else []
    newest_first = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    folders += newest_first + [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(":")]
    for folder in folders:
        found = {name: folder / name for name in ("postgres", "psql", "pgbench")}
        if all(path.exists() for path in found.values()):
            return found
    raise Missing("no folder holds postgres, psql and pgbench: install PostgreSQL with its contrib programs, or set TERMOMETRO_PG_BIN")


def ensure_wrk():
    if shutil.which("wrk"):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("installing wrk from the distribution's packages")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=quiet, stdout=sys.stderr)
        subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "wrk"], env=quiet, stdout=sys.stderr)
    if not shutil.which("wrk"):
        raise Missing("wrk is needed: run `sudo apt-get install wrk`")


def peers_python():
    """The interpreter of a virtual environment with the peers at the versions of peers/requirements.txt."""
    wanted = (pathlib.Path(__file__).with_name("peers") / "requirements.txt").read_text()
    home = HERE / "venv"
    python, stamp = home / "bin" / "python", home / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    say("installing the peers (FastAPI, Datasette, Django REST framework) into target/bench/venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], capture_output=True, text=True)
    if made.returncode != 0:
        raise Missing("no virtual environment can be made: run `sudo apt-get install python3-venv`")
    requirements = home / "requirements.txt"
    requirements.write_text(wanted)
    done = subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-cache-dir", "-r", str(requirements)],
                          stdout=sys.stderr)
    if done.returncode != 0:
        raise Missing("the peers could not be installed from the package index")
    stamp.write_text(wanted)
    return python
