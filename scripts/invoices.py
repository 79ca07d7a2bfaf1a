#!/usr/bin/env python3
"""A list of 100,000 lines through `termometro check-invoice`: how long it takes, and the most memory that the program had.

    invoices.py --program target/release/termometro [--lines 100000]

The law is that of the database that DATABASE_URL names; without it that of a private PostgreSQL with the bundled sample.
"""

import argparse
import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECONDS_GOAL = 20
MEBIBYTES_GOAL = 128


def products():
    """CUM and words of every presentation of the sample's catalogue."""
    found = {}
    with open(ROOT / "sample" / "catalogue.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cum = f"{row['expedientecum']}-{row['consecutivocum']}"
            found[cum] = f"{row['producto']} {row['principioactivo']} {row['descripcioncomercial']}"
    return list(found.items())


def write(path, lines):
    known = products()
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["factura", "fecha", "cum", "descripcion", "unidad", "cantidad", "vr_unitario", "vr_total"])
        for line in range(lines):
            cum, words = known[line % len(known)]
            price, quantity = 1000 + 37 * (line % 5000), 1 + line % 12
            # One in four has no code, and each text is another one: lots are glued to names.
            code = "" if line % 4 == 0 else cum
            out.writerow([f"FE{line // 50}", "2020-06-15", code, f"{words} Lote:{line}", "caja", quantity, f"{price}.00", f"{price * quantity}.00"])


def measured(command, environment):
    start = time.monotonic()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command} failed")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "target" / "release" / "termometro"))
    parser.add_argument("--lines", type=int, default=100_000)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="termometro-invoices-"))
    folder.chmod(0o755)
    environment = dict(os.environ, TERMOMETRO_DATA_DIR=str(folder / "data"), TERMOMETRO_LOG="error")
    keep = None
    try:
        if "DATABASE_URL" not in environment:
            # Kept running, so that its start is not measured.
            keep = subprocess.Popen([options.program, "database"], env=environment, stdout=subprocess.PIPE, text=True)
            keep.stdout.readline()
            for kind, file in [("catalogue", "catalogue.csv"), ("ceilings", "ceilings.xlsx")]:
                subprocess.run([options.program, "import", kind, ROOT / "sample" / file], env=environment, check=True, stdout=subprocess.DEVNULL)
        sent = folder / "list.csv"
        write(sent, options.lines)
        arguments = [options.program, "check-invoice", str(sent), "--transaction", "3", "--output", str(folder / "answer")]
        few = folder / "few.csv"
        write(few, 10)
        measured([options.program, "check-invoice", str(few), "--transaction", "3", "--output", str(folder / "answer")], environment)
        missed = False
        for form in ["json", "csv"]:
            seconds, mebibytes = measured([*arguments, "--format", form], environment)
            missed = missed or seconds > SECONDS_GOAL or mebibytes > MEBIBYTES_GOAL
            print(f"{options.lines} lines as {form}: {seconds:.1f} s (goal {SECONDS_GOAL}), {mebibytes:.0f} MiB (goal {MEBIBYTES_GOAL})")
        return 1 if missed else 0
    finally:
        if keep is not None:
            keep.terminate()
            keep.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
