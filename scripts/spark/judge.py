"""Judges Parquet files of reports on Apache Spark: every task sends its rows through `termometro judge`, and writes a row for each verdict.

    spark-submit judge.py --law law.ndjson --program target/release/termometro --reports reports --out verdicts

The reports are what `partition.py` writes: the published columns as text, `file` and `line`. Spark copies the law and the program to every
executor. A task that was lost is done again somewhere else, and what is written is written once.
"""

import argparse
import contextlib
import itertools
import pathlib
import subprocess
import sys
import tempfile
import time

# Which row it is; and the folder that it lies in, which is no column of the publisher's.
FILE, LINE, FOLDER = "file", "line", "month"
# What `termometro judge` writes after the line.
ANSWERED = ("row", "cum", "period", "transaction", "operation", "verdict", "reason", "minimum", "average", "maximum", "another_unit_fits", "column")
# What statistics need beside the verdict, as it was published.
KEPT = {"CodUnidadFactura": "unit", "TotalUnidadesFacturadas": "units", "ValorTotalFacturado": "value"}
AMOUNTS = ("ValorMinimo", "ValorMaximo", "TotalUnidadesFacturadas", "ValorTotalFacturado")
# How the driver names the stage that judges, beside those that look for files.
JUDGING = "termometro judge"
# Of what a failed program said.
LAST_WORDS_BYTES = 2_000
READ_BYTES = 1 << 20


class ProgramFailed(Exception):
    """`termometro judge` did not answer each row; the message holds what it said."""


def plain(batch):
    """Amounts of a table are decimals with a point; the program sees a part of them and could take 1.234 for thousands, but never 1.2340."""
    import pyarrow.compute as compute

    for name in AMOUNTS:
        at = batch.schema.get_field_index(name)
        cells = compute.replace_substring_regex(batch.column(at), pattern=r"^\s*(-?\d{1,3}\.\d{3})\s*$", replacement=r"\10")
        batch = batch.set_column(at, name, cells)
    return batch


def as_csv(batch):
    """The rows of a batch; quoted only where a cell needs it."""
    import pyarrow
    import pyarrow.csv

    for quoting in ("none", "needed"):
        lines = pyarrow.BufferOutputStream()
        try:
            pyarrow.csv.write_csv(batch, lines, pyarrow.csv.WriteOptions(include_header=False, quoting_style=quoting))
        except pyarrow.ArrowInvalid:
            continue
        return lines.getvalue()
    raise ProgramFailed("the rows cannot be written as CSV")


def send(batches, columns, child, beside):
    """Streams all rows to the program; what stands beside a verdict waits on disk, as the rows themselves do in the program."""
    import pyarrow

    kept = None
    child.write((",".join(columns) + "\n").encode())
    for batch in batches:
        own = batch.select([FILE, LINE, *KEPT])
        if kept is None:
            kept = pyarrow.ipc.new_stream(beside, own.schema)
        kept.write_batch(own)
        child.write(as_csv(plain(batch.select(columns))))
    kept.close()


class Waiting:
    """The rows that were kept on disk, taken again in the portions in which the verdicts come."""

    def __init__(self, beside):
        import pyarrow

        beside.seek(0)
        self.arrow, self.reader = pyarrow, pyarrow.ipc.open_stream(beside)
        self.rest = self.reader.schema.empty_table()

    def take(self, rows):
        while self.rest.num_rows < rows:
            batch = next(self.reader, None)
            if batch is None:
                raise ProgramFailed("there are more verdicts than rows")
            self.rest = self.arrow.concat_tables([self.rest, self.arrow.Table.from_batches([batch])])
        taken, self.rest = self.rest.slice(0, rows), self.rest.slice(rows)
        return taken

    def check_done(self):
        if self.rest.num_rows or next(self.reader, None) is not None:
            raise ProgramFailed("there are fewer verdicts than rows")


def answers(verdicts, waiting):
    """The verdicts, each beside its row. They stand in the order of the rows, and the program numbers them as lines after the header."""
    import pyarrow
    import pyarrow.csv

    verdicts.seek(0)
    text = {name: pyarrow.string() for name in ANSWERED}
    reader = pyarrow.csv.open_csv(verdicts, pyarrow.csv.ReadOptions(use_threads=False, block_size=READ_BYTES),
                                  convert_options=pyarrow.csv.ConvertOptions(column_types={LINE: pyarrow.int64(), **text}))
    if tuple(reader.schema.names) != (LINE, *ANSWERED):
        raise ProgramFailed(f"it answers other columns: {', '.join(reader.schema.names)}")
    line = 2
    for batch in reader:
        until = line + batch.num_rows
        if not batch.column(LINE).equals(pyarrow.array(range(line, until), pyarrow.int64())):
            raise ProgramFailed(f"the verdicts from line {line} on are not those of the rows that were sent")
        line = until
        row = waiting.take(batch.num_rows)
        columns = [row.column(FILE), row.column(LINE), *(batch.column(name) for name in ANSWERED), *(row.column(name) for name in KEPT)]
        yield from pyarrow.table(columns, names=[FILE, LINE, *ANSWERED, *KEPT.values()]).combine_chunks().to_batches()
    waiting.check_done()


def judged(batches, program, law):
    """The verdicts on the rows of one task. Nothing is answered before the program has ended well."""
    batches = (batch for batch in batches if batch.num_rows)
    first = next(batches, None)
    if first is None:
        return
    columns = [name for name in first.schema.names if name not in (FILE, LINE)]
    with tempfile.TemporaryFile() as verdicts, tempfile.TemporaryFile() as notes, tempfile.TemporaryFile() as beside:
        child = subprocess.Popen([program, "judge", "--law", law, "-"], stdin=subprocess.PIPE, stdout=verdicts, stderr=notes)
        whole = False
        try:
            # One that ends early says why.
            with contextlib.suppress(BrokenPipeError):
                send(itertools.chain([first], batches), columns, child.stdin, beside)
                child.stdin.close()
                whole = True
            code = child.wait()
        finally:
            # Where the rows themselves could not be had, it must not judge a part of them.
            if child.poll() is None:
                child.kill()
                child.wait()
            with contextlib.suppress(BrokenPipeError):
                child.stdin.close()
        if code != 0 or not whole:
            notes.seek(0)
            said = notes.read().decode(errors="replace").strip()[-LAST_WORDS_BYTES:]
            raise ProgramFailed(f"termometro judge ended with {code}: {said}")
        yield from answers(verdicts, Waiting(beside))


def main():
    from pyspark import SparkFiles
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(prog="judge.py", description=__doc__.splitlines()[0])
    parser.add_argument("--law", type=pathlib.Path, required=True, help="as `termometro law export` wrote it")
    parser.add_argument("--program", type=pathlib.Path, required=True, help="`termometro` for the machines of the executors")
    parser.add_argument("--reports", required=True, help="the folder that partition.py wrote")
    parser.add_argument("--out", required=True, help="a folder that is not there yet")
    wanted = parser.parse_args()
    spark = SparkSession.builder.appName(JUDGING).getOrCreate()
    reports = spark.read.parquet(wanted.reports).drop(FOLDER)
    names = set(reports.columns)
    missing = [name for name in (FILE, LINE, *KEPT, *AMOUNTS) if name not in names]
    other = [f"{name} is {kind}" for name, kind in reports.dtypes if name != LINE and kind != "string"]
    if missing or other:
        raise SystemExit(f"{wanted.reports} is nothing that partition.py wrote: {', '.join([f'no column {name}' for name in missing] + other)}")
    begun = time.monotonic()
    spark.sparkContext.addFile(str(wanted.law))
    spark.sparkContext.addFile(str(wanted.program))
    law, program = wanted.law.name, wanted.program.name

    def judge(batches):
        yield from judged(batches, SparkFiles.get(program), SparkFiles.get(law))

    fields = [f"{FILE} string", f"{LINE} bigint", *(f"`{name}` string" for name in (*ANSWERED, *KEPT.values()))]
    spark.sparkContext.setJobDescription(JUDGING)
    reports.mapInArrow(judge, ", ".join(fields)).write.parquet(wanted.out)
    print(f"{wanted.out}: judged in {time.monotonic() - begun:.1f} s", flush=True)
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
