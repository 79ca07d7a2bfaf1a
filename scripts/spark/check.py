"""The test of `make test-spark`: the commands of docs/scaling.md on a cluster of two workers, held to the service row by row.

A market is generated and imported, so that the service judges it. The same rows are judged on Spark, twice; the second time one executor is killed
in the middle. Verdicts, summary and quartiles must be the service's own. Exit code 1 where anything differs, 2 where nothing could be compared.
"""

import argparse
import contextlib
import csv
import decimal
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from urllib.parse import quote

from bench import build
from bench.dataset import import_file
from bench.machine import memory_gib, processor
from bench.servers import PrivateDatabase, Server, clean_environment, fetch, free_port

from . import summary
from .cluster import configure, documented, events, kill_one_executor, lost_tasks, Running, spark_home, the_one
from .compare import Differences, compare, compare_tables
from .judge import ANSWERED, JUDGING
from .partition import LEFT_OUT

HERE = build.TARGET / "spark"
DOCUMENT = build.ROOT / "docs" / "scaling.md"
# Two workers of one core and 1 GiB each, in processes of their own.
MASTER = "local-cluster[2,1,1024]"
REPORTS = "sismed-generated.csv"
SEED = 1
# For so many reports the catalogue of a country; for fewer, fewer.
REPORTS_OF_A_COUNTRY, MEDICINES, CEILINGS = 3_000_000, 160_000, 40_000
# One report in so many is broken, so that rows that are set aside are compared too.
FAULTS = 997
PAGE = 1_000
# What the service says of each row of its files, in the columns of the filter.
STORED = """COPY (
    SELECT f.name COLLATE "C" AS file, r.line, 'accepted' AS row, r.expediente || '-' || r.consecutive AS cum,
        CASE WHEN r.period_until = r.period_from + interval '1 month' THEN to_char(r.period_from, 'YYYY-MM')
            WHEN r.period_until = r.period_from + interval '1 year' THEN to_char(r.period_from, 'YYYY') ELSE r.period_from::text END AS period,
        r.transaction::text, r.operation, a.verdict, coalesce(a.reason, '') AS reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict,
        a.another_unit_fits::text, '' AS column_name
    FROM sismed_report r
    LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
    JOIN judgement_code a ON a.code = coalesce(c.judged, r.first_judged)
    JOIN source_file f ON f.id = r.source_file_id
    WHERE r.superseded_in IS NULL
    UNION ALL
    SELECT f.name, x.line, x.fate, '', '', '', '', '', x.reason, '', '', '', '', coalesce(x.column_name, '')
    FROM source_fault x JOIN source_file f ON f.id = x.source_file_id
    WHERE f.kind = 'sismed'
    ORDER BY 1, 2
) TO STDOUT (FORMAT csv)"""


def say(text):
    print(f"spark: {text}", file=sys.stderr, flush=True)


def number(text):
    """Empty, as make gives what is not set: the default."""
    return int(text) if text else None


def arguments():
    parser = argparse.ArgumentParser(prog="spark.check", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=number, help=f"reports; {REPORTS_OF_A_COUNTRY:,}")
    parser.add_argument("--program", help="this program instead of building one")
    return parser.parse_args()


class Run:
    """The folder of the run, its database and service, and the documented commands in one environment."""

    def __init__(self, home, binary, rows):
        self.home, self.binary, self.rows, self.database = home, binary, rows, None
        self.work, self.logs = home / "work", home / "logs"
        for folder in (self.work, self.logs, home / "bin"):
            folder.mkdir()
        (home / "bin" / "termometro").symlink_to(binary)
        for folder in ("scripts", "src"):
            (self.work / folder).symlink_to(build.ROOT / folder)
        self.commands = documented(DOCUMENT.read_text(encoding="utf-8"))
        self.differ = False

    def environment(self):
        import pyspark

        scripts = pathlib.Path(sys.executable).parent
        own = {"PATH": f"{self.home / 'bin'}:{scripts}:{self.database.programs['psql'].parent}:{os.environ['PATH']}", "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable,
               "TMPDIR": self.home / "tmp", "MASTER": MASTER, "DATABASE_URL": self.database.url, "TERMOMETRO_DATA_DIR": self.home / "export",
               "TERMOMETRO_LOG": "warn", **spark_home(self.home, pathlib.Path(pyspark.__file__).parent)}
        (self.home / "tmp").mkdir()
        return clean_environment(**own)

    def fill(self):
        """A market for so many reports, imported as any other."""
        share = min(1, self.rows / REPORTS_OF_A_COUNTRY)
        sizes = {"seed": SEED, "medicines": max(1_000, int(MEDICINES * share)), "ceilings": max(250, int(CEILINGS * share)), "reports": self.rows, "faults": FAULTS}
        say("generating " + ", ".join(f"{value:,} {name}" for name, value in sizes.items()))
        folder = self.home / "data"
        command = [self.binary, "generate", "--out", folder, *(f"--{name}={value}" for name, value in sizes.items())]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=clean_environment())
        (folder / "sismed.csv").rename(self.work / REPORTS)
        self.database = PrivateDatabase(self.binary, self.home / "database", self.logs, build.postgresql_programs())
        say("importing catalogue, ceilings and reports")
        subprocess.run([self.binary, "migrate"], check=True, env=clean_environment(DATABASE_URL=self.database.url, TERMOMETRO_DATA_DIR=self.home / "export"))
        # The list speaks for today, so that it is not out of date.
        import_file(self.binary, self.database, self.database.name, "catalogue", folder / "catalogue.csv")
        import_file(self.binary, self.database, self.database.name, "ceilings", folder / "ceilings.csv", "--cut-date", time.strftime("%Y-%m-01"))
        imported = import_file(self.binary, self.database, self.database.name, "sismed", self.work / REPORTS)
        self.database.psql(self.database.name, "VACUUM ANALYZE")
        say(f"imported in {imported.seconds:.0f} s")
        self.own_environment = self.environment()

    def command(self, *words, port=0):
        """Starts the documented command that has these words."""
        configure(self.home, port)
        command = the_one(self.commands, *words)
        say(command)
        return Running(command, self.work, self.own_environment, self.logs / f"{time.monotonic_ns()}.log")

    def stored(self):
        """The service's own verdicts, in order of file and line."""
        environment = clean_environment(**self.database.environment(self.database.name))
        command = [str(self.database.programs["psql"]), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", STORED]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as psql:
            yield from csv.reader(psql.stdout)
        if psql.returncode != 0:
            raise RuntimeError("psql could not read the stored verdicts")

    def judged(self, folder):
        """What Spark wrote, in the same order."""
        import pyarrow.parquet

        names = ["file", "line", *ANSWERED]
        table = pyarrow.parquet.read_table(folder, columns=names, read_dictionary=[name for name in names if name not in ("file", "line")])
        table = table.sort_by([("file", "ascending"), ("line", "ascending")])
        for batch in table.to_batches(max_chunksize=10_000):
            yield from zip(*(column.to_pylist() for column in batch.columns))

    def compare_rows(self, name):
        """Every row of `verdicts` with the service's."""
        with open(self.work / "reports" / LEFT_OUT, encoding="utf-8", newline="") as lines:
            left_out = frozenset((row["file"].encode(), int(row["line"])) for row in csv.DictReader(lines))
        equal, differences = compare(self.judged(self.work / "verdicts"), self.stored(), ANSWERED, left_out)
        self.report(f"{name}: {equal:,} rows are the service's own, {len(left_out)} lines are no rows", differences)
        if equal + len(left_out) != self.rows:
            only = Differences()
            only.add(f"{self.rows:,} lines were generated, {equal + len(left_out):,} compared equal")
            self.report(name, only)

    def report(self, name, differences):
        say(name)
        if differences.count:
            self.differ = True
            print(differences.text(name), flush=True)

    def answered(self):
        """Summary and quartiles as the service answers them over HTTP."""
        port = free_port()
        environment = clean_environment(DATABASE_URL=self.database.url, TERMOMETRO_DATA_DIR=self.home / "service", TERMOMETRO_LISTEN=f"127.0.0.1:{port}",
                                        TERMOMETRO_LOG="warn", TERMOMETRO_EXPORTS_KEPT="0")
        with Server("service", [self.binary, "serve"], self.logs, environment, port) as service:
            service.wait_for("/readyz")

            def get(path):
                status, _, body = fetch(port, path)
                if status != 200:
                    raise RuntimeError(f"{path} answers {status}: {body[:300]}")
                return json.loads(body)

            markets, cursor = [], ""
            while cursor is not None:
                page = get(f"/v1/markets/prices?limit={PAGE}{cursor}")
                markets += page["data"]
                following = page["meta"]["next_cursor"]
                cursor = following and f"&cursor={quote(following, safe='')}"
            return {"summary": get("/v1/assessments/summary")["data"], "markets": by_market(markets, lambda price: price and price["amount"])}


def by_market(markets, amount):
    """Each market by its ID; amounts as numbers, since 1.50 and 1.5000 are the same price."""
    found = {}
    for one in markets:
        prices = {name: amount(one[name]) for name in ("first_quartile", "median", "third_quartile")}
        found[one["market"]] = {"reports": one["reports"], **{name: price and decimal.Decimal(price) for name, price in prices.items()}}
    return found


def cores_of(master):
    workers, cores = re.fullmatch(r"local-cluster\[(\d+),(\d+),\d+\]", master).groups()
    return int(workers) * int(cores)


def speed(name, rows, cores, seconds, processor_seconds):
    return (f"{name}: {rows:,} rows, {seconds:.1f} s, {cores} core{'s' if cores > 1 else ''}, {rows / seconds / cores:,.0f} rows/s a core; "
            f"{processor_seconds:.1f} s of processor, {rows / processor_seconds:,.0f} rows in each")


def checked(run):
    """All of it; answers the lines of the report."""
    run.fill()
    for words in (("law", "export"), ("psql", "presentation_markets.sql"), ("partition.py",)):
        run.command(*words).wait()
    single = run.command("termometro", "judge", "--law", "sismed-*.csv").wait()
    lines = [speed("one process", run.rows, 1, single.seconds(), single.used)]
    spark = run.command("spark-submit", "judge.py", port=free_port()).wait()
    lines.append(speed("Spark", run.rows, cores_of(MASTER), spark.seconds(), spark.used) + f"; without its start: {spark.said().splitlines()[-1]}")
    run.compare_rows("first run")
    run.command("spark-submit", "summary.py", port=free_port()).wait()
    counted, answered = json.loads((run.work / "summary.json").read_text(encoding="utf-8")), run.answered()
    for name, ours, theirs in (("summary", counted["summary"], answered["summary"]),
                               ("quartiles", by_market(counted["markets"], lambda price: price), answered["markets"])):
        figures, differences = compare_tables(ours, theirs)
        run.report(f"{name}: {figures:,} figures", differences)
    desk = run.command("duckdb", "summary.sql").wait()
    rows = [(row["counted"], row["of_transaction"], row["code"], row["reports"]) for row in csv.DictReader(desk.said().splitlines())]
    figures, differences = compare_tables(summary.summary_of(rows), answered["summary"])
    run.report(f"summary by DuckDB: {figures:,} figures", differences)
    (run.work / "verdicts").rename(run.work / "verdicts-of-the-first-run")
    port = free_port()
    again = run.command("spark-submit", "judge.py", port=port)
    try:
        executor, stage, when = kill_one_executor(again, port, JUDGING)
        say(f"killed executor {executor}: {when}")
        again.wait()
    finally:
        again.stop()
    lost = lost_tasks(events(run.home), executor, stage)
    lines.append(f"Spark, executor {executor} killed when {when}: {lost} tasks lost and done again; {again.seconds():.1f} s")
    if not lost:
        nothing = Differences()
        nothing.add("no task was lost with the executor: the kill proved nothing")
        run.report("the kill", nothing)
    run.compare_rows("second run")
    return lines


def main():
    wanted = arguments()
    # As Ctrl-C, so that whatever was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    HERE.mkdir(parents=True, exist_ok=True)
    rows = wanted.rows if wanted.rows is not None else REPORTS_OF_A_COUNTRY
    home = pathlib.Path(tempfile.mkdtemp(prefix="termometro-spark-"))
    os.chmod(home, 0o755)
    run = None
    try:
        binary = pathlib.Path(wanted.program).resolve() if wanted.program else build.program()
        run = Run(home, binary, rows)
        lines = checked(run)
    except Exception as fault:
        traceback.print_exc()
        say(f"nothing is proved: {fault}")
        return 2
    finally:
        if run is not None and run.database is not None:
            run.database.stop()
        with contextlib.suppress(OSError):
            shutil.rmtree(home)
    lines.insert(0, f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, {os.cpu_count()} cores ({processor()}), {memory_gib():.1f} GiB, Python {platform.python_version()}, "
                    f"load average at the end {os.getloadavg()[0]:.1f}")
    lines.append("DIFFERENT" if run.differ else "equal: both runs row by row, summary, quartiles")
    text = "\n".join(lines)
    (HERE / "report.txt").write_text(text + "\n", encoding="utf-8")
    print(text)
    return 1 if run.differ else 0


if __name__ == "__main__":
    sys.exit(main())
