"""Runs every block of docs/quickstart.md against BASE_URL, and compares what it prints with what it says it prints."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = os.environ["BASE_URL"]
NODE_MODULES = ROOT / "tests" / "clients" / "typescript" / "node_modules"


def blocks():
    text = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
    return re.findall(r"```(sh|python|ts|r)\n(.*?)```", text, re.S)


def command(language, folder, code):
    file = folder / f"block.{dict(sh='sh', python='py', ts='mts', r='R')[language]}"
    file.write_text(code.replace("http://127.0.0.1:8080", BASE), encoding="utf-8")
    if language == "sh":
        return ["sh", file]
    if language == "python":
        return [sys.executable, file]
    if language == "ts":
        tsc = NODE_MODULES / ".bin" / "tsc"
        options = ["--strict", "--target", "es2022", "--module", "nodenext", "--typeRoots", NODE_MODULES / "@types", "--types", "node"]
        subprocess.run([str(part) for part in [tsc, *options, file]], check=True)
        return ["node", folder / "block.mjs"]
    return ["Rscript", file]


def main():
    ran = set()
    for language, code in blocks():
        promised = re.search(r"(?:#|//) prints: (.*)", code)[1].strip()
        with tempfile.TemporaryDirectory() as folder:
            line = command(language, pathlib.Path(folder), code)
            done = subprocess.run([str(part) for part in line], capture_output=True, text=True, timeout=120)
        printed = done.stdout.strip()
        if done.returncode != 0 or printed != promised:
            sys.exit(f"quickstart in {language}: printed {printed!r}, promised {promised!r}\n{done.stderr}")
        ran.add(language)
        print(f"quickstart in {language}: {printed}")
    if ran != {"sh", "python", "ts", "r"}:
        sys.exit(f"only {ran} ran")


if __name__ == "__main__":
    main()
