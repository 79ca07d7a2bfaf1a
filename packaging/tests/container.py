#!/usr/bin/env python3
"""What Containerfile and compose.yaml describe, on a scratch root: there is no container runtime here, and nothing is fetched.

    container.py PROGRAM

The last stage of the Containerfile is carried out line by line: its base image is stood in for by this machine's own Debian, `apt-get install` checks
that the named packages are installed here, the first stage's program is PROGRAM. Then the services of compose.yaml are started with their own
environment: PostgreSQL with the two accounts of database.sh, the program as its account. Images, networks and Caddy's container are not tried.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scratch

FOLDER = scratch.ROOT / "packaging" / "container"
SERVICE = "http://127.0.0.1:8080"
READY_SECONDS_MAX = 60
# As an administrator would write them.
DOT_ENV = {"POSTGRES_PASSWORD": "uno1", "OWNER_PASSWORD": "dos2", "LOGIN_PASSWORD": "tres3", "TERMOMETRO_HOST": "localhost"}
passed = []


def check(what, true, *more):
    if not true:
        print("FAILED:", what, *more, file=sys.stderr)
        sys.exit(1)
    passed.append(what)


def instructions(text):
    """Of the last stage: words and what follows them."""
    text = re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", " ")
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    last = max(number for number, (word, _) in enumerate(lines) if word == "FROM")
    return lines[last:]


def substituted(value, known):
    """`${NAME:?why}` as compose reads it."""
    if isinstance(value, dict):
        return {key: substituted(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [substituted(one, known) for one in value]
    return re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: known[found[1]], value) if isinstance(value, str) else value


def read_compose():
    import yaml  # in the tests' own environment only

    text = (FOLDER / "compose.yaml").read_text()
    compose = yaml.safe_load(text)
    asked_for = set(re.findall(r"\$\{(\w+)", text))
    offered = set(re.findall(r"^(\w+)=", (FOLDER / "env.example").read_text(), flags=re.M))
    check("env.example has what compose.yaml asks for", asked_for == offered == set(DOT_ENV), asked_for, offered)
    services = compose["services"]
    for name, service in services.items():
        tag = service.get("image", "built:here").rpartition(":")[2]
        check(f"the image of {name} has a version", tag not in ("", "latest"))
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            known = (FOLDER / source).exists() if source.startswith(".") else source in compose["volumes"]
            check(f"{name} finds {source}", known)
    proxy = services["caddy"]["networks"]["proxied"]["ipv4_address"]
    check("the service believes X-Forwarded-For of Caddy", services["termometro"]["environment"]["TERMOMETRO_TRUSTED_PROXIES"] == proxy)
    check("only Caddy is reached from outside", [name for name in services if "ports" in services[name]] == ["caddy"])
    build = services["termometro"]["build"]
    check("the build finds its file", (FOLDER / build["context"] / build["dockerfile"]).exists())
    return substituted(services, DOT_ENV)


def sh(command, **more):
    done = subprocess.run(["sh", "-euc", command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)
    check(command.split("\n")[0][:100], done.returncode == 0, done.returncode, done.stdout, done.stderr)
    return done.stdout


def image(program):
    """Carries out the last stage; gives environment, account, folder and command."""
    stand_in = pathlib.Path("/usr/local/sbin/apt-get")
    stand_in.write_text('#!/bin/sh\nfor word; do case $word in\nupdate) exit 0 ;;\ninstall | -*) ;;\n*) dpkg-query -W "$word" || exit 1 ;;\nesac; done\n')
    stand_in.chmod(0o755)
    environment, account, folder, entry, command = {"PATH": os.environ["PATH"]}, "root", "/", [], []
    for word, rest in instructions(pathlib.Path("/carried/Containerfile").read_text()):
        if word == "FROM":
            check("the base is Debian, as this machine", "debian:" in rest and pathlib.Path("/etc/debian_version").exists())
        elif word == "RUN":
            sh(rest)
        elif word == "COPY":
            source, target = rest.removeprefix("--from=build ").split()
            check("only the program is copied", source.endswith("/target/release/termometro"))
            shutil.copy(program, target)
        elif word == "ENV":
            environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "WORKDIR":
            folder = rest
        elif word == "USER":
            account = rest
        elif word in ("ENTRYPOINT", "CMD"):
            entry, command = (json.loads(rest), command) if word == "ENTRYPOINT" else (entry, json.loads(rest))
        else:
            check(f"{word} is known", word == "EXPOSE" and environment["TERMOMETRO_LISTEN"].endswith(f":{rest}"))
    return environment, account, folder, entry + command


def database(service):
    """A server as the image of PostgreSQL starts it: its script once, passwords over TCP."""
    sh("mkdir /termometro && cp /carried/roles.sql /termometro/ && echo '127.0.0.1 database' >> /etc/hosts")
    scratch.start_system_postgresql()
    given = {name: value for name, value in service["environment"].items()}
    sh("cd /; runuser -u postgres -- sh /carried/database.sh", env=os.environ | given)


def ask(path):
    try:
        with urllib.request.urlopen(SERVICE + path, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def wait_for_readiness():
    end = time.monotonic() + READY_SECONDS_MAX
    while (answer := ask("/readyz"))[0] != 200 and time.monotonic() < end:
        time.sleep(0.1)
    check("/readyz answers 200", answer[0] == 200, *answer)


def inside(program):
    services = json.loads(pathlib.Path("/carried/services.json").read_text())
    environment, account, folder, command = image(program)
    database(services["database"])
    environment |= services["termometro"]["environment"]

    def run(arguments, **more):
        user, _, group = account.partition(":")
        as_account = ["setpriv", "--reuid", user, "--regid", group or user, "--init-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        return subprocess.Popen([*as_account, *arguments], env=environment, cwd=folder, stdin=subprocess.DEVNULL, **more)

    with open("/run/service.log", "wb") as log:
        service = run(command, stdout=log, stderr=log)
    wait_for_readiness()
    for kind, files in (("ceilings", ["ceilings.xlsx", "ceilings-recent.csv"]), ("catalogue", ["catalogue.csv"]), ("sismed", ["sismed.csv"])):
        imported = run([command[0], "import", kind, *(f"/carried/sample/{name}" for name in files)])
        check(f"{kind} are imported in the container", imported.wait() == 0)
    status, body = ask("/v1/check?cum=19914312-20&amount=171764&per=pack&date=2020-06-15&transaction=1")
    check("a question is answered", status == 200 and json.loads(body)["data"]["verdict"] == "above", body)
    with urllib.request.urlopen("http://127.0.0.1:9464/metrics", timeout=5) as answer:
        check("the metrics have a listener of their own", b"database_up" in answer.read())
    check("and stand nowhere else", ask("/metrics")[0] == 404)
    healthy = subprocess.run(services["termometro"]["healthcheck"]["test"][1:], capture_output=True)
    check("the health check of compose.yaml finds it well", healthy.returncode == 0, healthy)
    text = pathlib.Path("/run/service.log").read_text()
    check("its log-in is no superuser and limited", "superuser" not in text and "no role termometro_service" not in text, text)
    check("its log is JSON", all(json.loads(line) for line in text.splitlines()))
    service.terminate()
    check("it ends well on SIGTERM", service.wait(30) == 0)
    unhealthy = subprocess.run(services["termometro"]["healthcheck"]["test"][1:], capture_output=True)
    check("the health check sees it gone", unhealthy.returncode != 0)
    print(f"containers without a container runtime (images, networks and Caddy not tried): {len(passed)} passed, 0 failed")
    return 0


def main():
    if scratch.is_inside():
        scratch.enter()
        return inside("/carried/" + sys.argv[1])
    program = pathlib.Path(sys.argv[1]).resolve()
    services = read_compose()
    with tempfile.TemporaryDirectory() as folder:
        described = pathlib.Path(folder) / "services.json"
        described.write_text(json.dumps(services))
        carried = [program, FOLDER / "Containerfile", FOLDER / "database.sh", scratch.ROOT / "packaging" / "roles.sql", scratch.ROOT / "sample", described]
        return scratch.run(__file__, [program.name], carried)


if __name__ == "__main__":
    sys.exit(main())
