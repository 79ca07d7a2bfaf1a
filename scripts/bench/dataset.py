"""The data of a run: generated from a seed, imported by our program, and the questions that are asked about them."""

import csv
import datetime
import json
import os
import random
import subprocess
import sys
import urllib.parse

from .build import say
from .servers import clean_environment

LAW = "bench_law"
# The file that marks what lies beside it as invented.
MARK = "INVENTADOS-INVENTED.txt"


class GenerateFailed(Exception):
    """`termometro generate` is not there or did not finish."""


def generate(binary, folder, plan, reports=None):
    """The four files in `folder`; made once for each size."""
    reports = plan.reports if reports is None else reports
    done = folder / "done"
    sizes = f"{plan.medicines} {plan.ceilings} {reports} {os.path.getmtime(binary)}"
    if done.exists() and done.read_text() == sizes:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    say(f"generating {plan.medicines:,} medicines and {reports:,} reports")
    command = [str(binary), "generate", "--out", str(folder), "--seed", "1", "--medicines", str(plan.medicines),
               "--ceilings", str(plan.ceilings), "--reports", str(reports)]
    ran = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
    if ran.returncode != 0:
        raise GenerateFailed(f"termometro generate: {ran.stderr.strip()[-300:]}")
    done.write_text(sizes)
    return folder


class Imported:
    """What an import took: seconds from start to exit, peak memory of our process, what it reported."""

    def __init__(self, seconds, peak_mib, report):
        self.seconds, self.peak_mib, self.report = seconds, peak_mib, report


def import_file(binary, database, name, kind, file, *options):
    """`termometro import KIND FILE` into the database `name`, measured from start to exit."""
    scratch = database.data_dir.parent / "import"
    environment = clean_environment(DATABASE_URL=database.url_of(name), TERMOMETRO_DATA_DIR=scratch, TERMOMETRO_LOG="warn")
    command = [str(binary), "import", kind, str(file), "--json", *options]
    code, said, faults, seconds, peak_mib = measured(command, environment)
    if code != 0:
        raise RuntimeError(f"import {kind}: {(faults or said).strip()[-300:]}")
    return Imported(seconds, peak_mib, json.loads(said.splitlines()[-1]))


# Linux gives a child the peak memory of the process that started it as its own first peak, and this process has held whole tables of
# answers. So a small one in between starts it, measures, and says what it found on a pipe.
BETWEEN = """import os, sys, time
os.set_inheritable(int(sys.argv[1]), False)
begun = time.monotonic()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
os.write(int(sys.argv[1]), f"{os.waitstatus_to_exitcode(status)} {time.monotonic() - begun} {usage.ru_maxrss}".encode())
"""


def measured(command, environment):
    """Exit code, what it said on both streams, seconds from start to exit, and the peak memory of this very process in MiB."""
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen([sys.executable, "-I", "-S", "-c", BETWEEN, str(writing), *command], env=environment, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[writing])
    finally:
        os.close(writing)
    with open(reading, encoding="ascii") as figures:
        said, faults = process.communicate()
        figures = figures.read().split()
    if len(figures) != 3:
        raise RuntimeError(f"{command[0]} could not be measured: {faults.strip()[-300:]}")
    return int(figures[0]), said, faults, float(figures[1]), int(figures[2]) / 1024


def fill(binary, database, folder):
    """Catalogue, ceilings and thermometer into the main database; a copy without reports stays as `bench_law`; then the reports."""
    say("importing catalogue, ceilings, thermometer and reports")
    # The list speaks for today, so that most answers are verdicts.
    bogota = datetime.timezone(datetime.timedelta(hours=-5))
    cut_date = datetime.datetime.now(bogota).date().replace(day=1).isoformat()
    subprocess.run([str(binary), "migrate"], check=True,
                   env=clean_environment(DATABASE_URL=database.url, TERMOMETRO_DATA_DIR=database.data_dir.parent / "import", TERMOMETRO_LOG="warn"))
    import_file(binary, database, database.name, "catalogue", folder / "catalogue.csv")
    import_file(binary, database, database.name, "ceilings", folder / "ceilings.csv", "--cut-date", cut_date)
    import_file(binary, database, database.name, "thermometer", folder / "thermometer.csv")
    # As the server does by itself within minutes.
    database.psql(database.name, "VACUUM ANALYZE")
    database.copy_of(database.name, LAW)
    filled = import_file(binary, database, database.name, "sismed", folder / "sismed.csv")
    database.psql(database.name, "VACUUM ANALYZE")
    return filled


class Questions:
    """Random keys over the whole catalogue, as paths of our service and of the peers."""

    def __init__(self, database):
        self.random = random.Random(1)
        name = database.name
        rows = database.psql(name, "SELECT expediente || '-' || consecutive FROM medicine ORDER BY expediente, consecutive").splitlines()
        self.medicines = [row for row in rows if row]
        self.random.shuffle(self.medicines)
        # Asked for: products that the thermometer lists, one channel each.
        rows = database.psql(name, """SELECT DISTINCT ON (m.expediente, t.channel) m.expediente || '-' || m.consecutive || ' ' || t.channel || ' ' || t.group_key
            FROM medicine m JOIN thermometer_price t ON t.expediente = m.expediente ORDER BY m.expediente, t.channel, m.consecutive, t.line""").splitlines()
        self.thermometer = [tuple(row.split(" ", 2)) for row in rows if row]
        rows = database.psql(name, """SELECT expediente || '-' || consecutive || ' ' || max(amount) FROM ceiling
            WHERE kind = 'maximum' AND column_code = 'institutional' AND amount IS NOT NULL GROUP BY expediente, consecutive ORDER BY 1""").splitlines()
        # Half of the prices are above the ceiling.
        self.checks = []
        for row in rows:
            cum, amount = row.split(" ")
            self.checks.append((cum, f"{max(1, float(amount) * self.random.uniform(0.5, 1.5)):.2f}"))
        self.random.shuffle(self.checks)
        rows = database.psql(name, "SELECT DISTINCT expediente || '-' || consecutive FROM sismed_report").splitlines()
        self.reported = sorted(row for row in rows if row)
        self.random.shuffle(self.reported)
        self.day = datetime.date.today().isoformat()

    def hot(self):
        """The three hot operations with their paths, which the peers answer too."""
        checks = [f"/v1/check?cum={cum}&amount={amount}&date={self.day}&transaction=1" for cum, amount in self.checks]
        return {
            "show_medicine": [f"/v1/medicines/{cum}" for cum in self.medicines],
            "show_thermometer": [f"/v1/medicines/{cum}/thermometer?channel={channel}" for cum, channel, _ in self.thermometer],
            "check_price": checks,
        }

    def prices(self, count):
        return [f"/v1/medicines/{cum}/prices" for cum in self.reported[:count]]


def folded(text):
    """Lower case, without accents."""
    import unicodedata

    return "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(sign) != "Mn")


def catalogue_rows(folder):
    """The generated catalogue, a row for each presentation."""
    seen = set()
    with open(folder / "catalogue.csv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            cum = f"{row['expedientecum']}-{row['consecutivocum']}"
            if cum not in seen:
                seen.add(cum)
                yield cum, row


def quoted(text):
    return urllib.parse.quote(text, safe="")
