#!/usr/bin/env python3
"""Runs a command against a service of its own: a free port, a private PostgreSQL in a folder that goes away, the bundled sample.

    with_service.py [--program target/debug/termometro] COMMAND...     (BASE_URL tells the command where it is)
"""

import argparse
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
READY_SECONDS_MAX = 120


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def is_ready(base):
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(base, service):
    end = time.monotonic() + READY_SECONDS_MAX
    while not is_ready(base):
        if service.poll() is not None:
            raise SystemExit(f"the service ended with {service.returncode}")
        if time.monotonic() > end:
            raise SystemExit("the service does not get ready")
        time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "target" / "debug" / "termometro"))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="termometro-")
    os.chmod(folder, 0o755)  # PostgreSQL runs as another user than root, and keeps its own folder inside to itself
    listen = f"127.0.0.1:{free_port()}"
    base = f"http://{listen}"
    # What happens to be set outside must not reach the service.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TERMOMETRO_", "PG", "DATABASE_URL"))}
    # One client asks for all people and programs here: counted, and not refused.
    own = {"TERMOMETRO_DATA_DIR": folder, "TERMOMETRO_LISTEN": listen, "TERMOMETRO_LOG": "error",
           "TERMOMETRO_RATE_ADDRESS_PER_MINUTE": "1000000000", "TERMOMETRO_RATE_KEY_PER_MINUTE": "1000000000",
           "TERMOMETRO_KEYS_PER_ADDRESS_PER_DAY": "100000"}
    service = subprocess.Popen([asked.program, "run"], cwd=ROOT, env={**environment, **own})
    try:
        wait_until_ready(base, service)
        told = {"BASE_URL": base, "TERMOMETRO_DATA_DIR": folder, "PROGRAM": asked.program}
        return subprocess.run(asked.command, env={**environment, **told}).returncode
    finally:
        service.send_signal(signal.SIGTERM)
        try:
            service.wait(30)
        except subprocess.TimeoutExpired:
            service.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
