"""Goal W16: a page with a verdict in a real browser, as a cheap phone has it: the walk of tests/browser that measures it."""

import re
import shutil
import subprocess
import sys

from .build import ROOT, say
from .servers import clean_environment

WALK = "the first view is light and quick on a slow phone"
MEASURED = re.compile(r"(/medicamentos/\S*\?precio\S*): (\d+) bytes, first paint (\d+) ms, ready (\d+) ms, processor 4 times slower")


def goal_page(stage):
    say("goal W16: a page on a cheap phone")
    home = ROOT / "tests" / "browser"
    environment = clean_environment()
    subprocess.run(["sh", str(ROOT / "scripts" / "ensure-tools.sh"), "node", "chromium"], check=True, env=environment, stdout=sys.stderr)
    if not (home / "node_modules").exists():
        subprocess.run([shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=home, check=True, env=environment, stdout=sys.stderr)
    kilobytes, seconds = [], []
    for _ in range(3):
        command = [sys.executable, "-B", str(ROOT / "scripts" / "with_service.py"), "--program", str(stage.binary),
                   "node", "--test", f"--test-name-pattern={WALK}", str(home / "walks.test.mjs")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        found = MEASURED.search(done.stdout)
        if done.returncode != 0 or found is None:
            raise RuntimeError(f"the walk failed: {(done.stdout + done.stderr).strip()[-400:]}")
        kilobytes.append(int(found[2]) / 1000)
        seconds.append(max(int(found[3]), int(found[4])) / 1000)
    stage.lines["W16 bytes"].absolute(kilobytes, found[1])
    stage.lines["W16 time"].absolute(seconds, "first paint or the document's end, whichever is later; Chromium's slow 3G and a quarter of the processor")
