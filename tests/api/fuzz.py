"""Schemathesis over the whole document against BASE_URL: every check, every phase, with a key and without. Fails on any failure, and when
fewer requests were made than promised."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

BASE = os.environ["BASE_URL"]
PROGRAM = os.environ["TERMOMETRO_BIN"]
REQUESTS_MIN = 20_000
# The second run only adds what a key opens.
EXAMPLES = {"without a key": 150, "with a key": 60}


def keys():
    """The first key and one that may do what the first may not; printed once by the program."""
    made = subprocess.run([PROGRAM, "keys", "bootstrap"], capture_output=True, text=True, check=True)
    admin = re.search(r"tmo_live_\S+", made.stdout)[0]
    environment = {**os.environ, "TERMOMETRO_ADMIN_KEY": admin}
    made = subprocess.run([PROGRAM, "keys", "create", "--kind", "regulator", "--name", "Schemathesis"], capture_output=True, text=True, check=True, env=environment)
    return re.search(r"tmo_live_\S+", made.stdout)[0]


def requests():
    with urllib.request.urlopen(f"{BASE}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith("http_requests_total"))


def run(name, headers):
    line = [
        "schemathesis", "run", f"{BASE}/openapi.json", "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful",
        "--max-examples", str(EXAMPLES[name]), "--workers", "2", "--seed", "1", "--no-color", "--request-timeout", "30",
        "--generation-deterministic", "--suppress-health-check", "all",
    ]
    for header in headers:
        line += ["--header", header]
    print(f"schemathesis {name}", flush=True)
    return subprocess.run(line).returncode


def main():
    started, before = time.monotonic(), requests()
    codes = [run("without a key", []), run("with a key", [f"Authorization: Bearer {keys()}"])]
    made = int(requests() - before)
    seconds = round(time.monotonic() - started)
    print(json.dumps({"schemathesis_requests": made, "seconds": seconds, "failed_runs": sum(code != 0 for code in codes)}))
    if any(codes):
        sys.exit("schemathesis found failures")
    if made < REQUESTS_MIN:
        sys.exit(f"only {made} requests were made, {REQUESTS_MIN} are promised")


if __name__ == "__main__":
    main()
