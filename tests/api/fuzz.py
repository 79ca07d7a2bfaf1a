"""Schemathesis over the whole document against BASE_URL: every check, every phase, with keys and without. Fails on any failure, and when
fewer requests were made than promised."""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BASE = os.environ["BASE_URL"]
PROGRAM = os.environ["PROGRAM"]
REQUESTS_MIN = 20_000
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
SECONDS_MAX = 900
HOLDERS = [
    ["--kind", "regulator", "--name", "Schemathesis"],
    ["--kind", "reporter", "--name", "Schemathesis SAS", "--nit", "900123456-8", "--actor", "wholesaler"],
    ["--kind", "auditor", "--name", "Schemathesis"],
]


def get(path, key=None):
    request = urllib.request.Request(BASE + path, headers={"Authorization": f"Bearer {key}"} if key else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def make_key(arguments, admin=None):
    environment = {**os.environ, **({"TERMOMETRO_ADMIN_KEY": admin} if admin else {})}
    made = subprocess.run([PROGRAM, "keys", *arguments, "--json"], capture_output=True, text=True, check=True, env=environment)
    return json.loads(made.stdout)["key"]


def keys():
    """Each scope and a key that has it."""
    owner = make_key(["bootstrap"])
    # Two operators: one makes the keys, the other confirms the regulator's.
    admin, second = (make_key(["create", "--kind", "operator", "--name", name], owner) for name in ("Schemathesis 1", "Schemathesis 2"))
    made = [make_key(["create", *holder], admin) for holder in HOLDERS]
    confirm = [PROGRAM, "keys", "confirm", made[0].split("_")[3], "--holder", HOLDERS[0][3]]
    subprocess.run(confirm, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "TERMOMETRO_ADMIN_KEY": second})
    return {scope: key for key in made for scope in json.loads(get("/v1/me", key))["data"]["scopes"]}


def requests():
    lines = [line for line in get("/metrics").splitlines() if line.startswith("http_requests_total")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def start(name, keys, reports):
    # One worker each: two programs fill two cores, and threads would share one interpreter.
    line = [
        "schemathesis", "--config-file", str(HERE / "schemathesis.toml"), "run", f"{BASE}/openapi.json", "--checks", "all",
        "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(EXAMPLES), "--workers", "1", "--seed", "1", "--no-color",
        "--request-timeout", "30", "--generation-deterministic", "--suppress-health-check", "all",
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "FUZZ_KEYS": json.dumps(keys)}
    report = open(reports / f"{name}.txt", "w", encoding="utf-8")
    return name, report, subprocess.Popen(line, stdout=report, stderr=subprocess.STDOUT, env=environment, cwd=reports)


def finish(name, report, process, end):
    try:
        code = process.wait(max(1, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        code = f"not done after {SECONDS_MAX} s"
    report.close()
    text = pathlib.Path(report.name).read_text(encoding="utf-8")
    print(f"schemathesis {name}: exit {code}\n{text if code else text[text.find('SUMMARY'):]}", flush=True)
    return code == 0


def main():
    reports = pathlib.Path(os.environ.get("FUZZ_REPORTS", HERE.parents[1] / "target" / "api"))
    reports.mkdir(parents=True, exist_ok=True)
    started, before = time.monotonic(), requests()
    runs = [start("without-a-key", {}, reports), start("with-keys", keys(), reports)]
    done = [finish(*run, started + SECONDS_MAX) for run in runs]
    made, seconds = int(requests() - before), round(time.monotonic() - started)
    print(json.dumps({"schemathesis_requests": made, "seconds": seconds, "runs": len(done), "failed_runs": done.count(False)}))
    if not all(done):
        sys.exit("schemathesis found failures")
    if made < REQUESTS_MIN:
        sys.exit(f"only {made} requests were made, {REQUESTS_MIN} are promised")


if __name__ == "__main__":
    main()
