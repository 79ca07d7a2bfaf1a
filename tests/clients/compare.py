"""The same ten calls by both generated clients against BASE_URL: what they print must be what expected.json states, by each of them."""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
GENERATED = HERE.parents[1] / "target" / "clients" / "python"
CLIENTS = {
    "Python": [sys.executable, "-B", str(HERE / "python" / "scenario.py")],
    "TypeScript": ["node", str(HERE / "typescript" / "built" / "scenario.js")],
}


def main():
    expected = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
    for name, command in CLIENTS.items():
        environment = {**os.environ, "PYTHONPATH": str(GENERATED)}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=120, check=True, env=environment)
        said = json.loads(done.stdout)
        if said != expected:
            wrong = [call for call in {*said, *expected} if said.get(call) != expected.get(call)]
            sys.exit(f"the client in {name} says otherwise than expected.json of {wrong}: {done.stdout}")
        print(f"the client in {name}: {len(said)} calls as expected")


if __name__ == "__main__":
    main()
