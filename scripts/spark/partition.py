"""Files of reports as Parquet, a folder for each month reported: what `judge.py` reads. Every cell stays the text that was published.

    python3 partition.py --out reports sismed-*.csv

One line of a file is one row, in UTF-8, as SISMED publishes them; the row keeps its file and its line, by which a verdict is found again. Lines
that are no row of the table are listed in `_left_out.csv`. Whatever else `termometro judge` reads (Excel, JSON, gzip, zip) it reads by itself.
"""

import argparse
import csv
import functools
import pathlib
import re
import sys

DELIMITERS = ",;\t|"
# The columns that say of what month a report is, and those that hold amounts.
YEAR, MONTH = "AnnioCorte", "MesFactura"
AMOUNTS = ("ValorMinimo", "ValorMaximo", "TotalUnidadesFacturadas", "ValorTotalFacturado")
LEFT_OUT = "_left_out.csv"
# Rows that become columns at once, and rows of a group in a Parquet file: what waits in memory does not grow with the files.
BATCH_ROWS = 1_000
GROUP_ROWS = 50_000
# As `termometro` decides how a file writes its numbers: one reading must outweigh the other this many times.
DOMINANCE = 10


def cells_of(line, delimiter):
    """The cells of one line; `None` where a quote is not closed in it."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


@functools.lru_cache(maxsize=10_000)
def month_of(year, month):
    """The folder of a report; the judge alone decides whether its period is one."""
    year, month = year.strip(), month.strip()
    if not re.fullmatch("[0-9]{4}", year):
        return "unknown"
    if not month:
        return year
    return f"{year}-{int(month):02}" if re.fullmatch("[0-9]{1,2}", month) else "unknown"


def header_of(line):
    """The names of the columns and the delimiter. Raises `ValueError` where it is no header of reports."""
    delimiter = max(DELIMITERS, key=line.count)
    names = [name.strip() for name in cells_of(line, delimiter) or []]
    missing = [name for name in (YEAR, MONTH, *AMOUNTS) if name not in names]
    if missing:
        raise ValueError(f"its first line is no header of SISMED reports: there is no column {', '.join(missing)}")
    if len(set(names)) != len(names):
        raise ValueError("two of its columns have the same name")
    return names, delimiter


class Marks:
    """How a file writes its decimals. The judge sees a part of it at a time and could not tell; here the whole file is seen."""

    def __init__(self):
        self.points = self.commas = 0

    def see(self, amount):
        if "," in amount:
            self.commas += 1
        elif "." in amount:
            self.points += 1

    def check(self):
        if self.commas and self.points < self.commas * DOMINANCE:
            raise ValueError("its amounts have commas: give the file to `termometro judge` itself, which decides how it writes numbers")


class Months:
    """A Parquet file for each month, written in groups of rows."""

    def __init__(self, folder, file_name, names):
        import pyarrow

        self.arrow, self.folder, self.file_name, self.names = pyarrow, folder, file_name, names
        self.schema = pyarrow.schema([("file", pyarrow.string()), ("line", pyarrow.int64())] + [(name, pyarrow.string()) for name in names])
        self.rows, self.batches, self.writers = {}, {}, {}

    def add(self, month, line, source, cells):
        rows = self.rows.setdefault(month, [])
        rows.append((source, line, *cells))
        if len(rows) >= BATCH_ROWS:
            self.pack(month)
            if len(self.batches[month]) * BATCH_ROWS >= GROUP_ROWS:
                self.write(month)

    def pack(self, month):
        columns = list(zip(*self.rows.pop(month)))
        batch = self.arrow.record_batch([self.arrow.array(column, field.type) for column, field in zip(columns, self.schema)], self.schema)
        self.batches.setdefault(month, []).append(batch)

    def write(self, month):
        import pyarrow.parquet

        if month not in self.writers:
            place = self.folder / f"month={month}"
            place.mkdir(parents=True, exist_ok=True)
            self.writers[month] = pyarrow.parquet.ParquetWriter(place / self.file_name, self.schema)
        self.writers[month].write_table(self.arrow.Table.from_batches(self.batches.pop(month), self.schema))

    def close(self):
        for month in list(self.rows):
            self.pack(month)
        for month in list(self.batches):
            self.write(month)
        for writer in self.writers.values():
            writer.close()


def partition(path, lines, folder, file_name, left_out):
    """One file into the folder; answers its columns and how many rows were written."""
    names, delimiter = header_of(next(lines, "").removeprefix("\ufeff"))
    year, month, amounts = names.index(YEAR), names.index(MONTH), [names.index(name) for name in AMOUNTS]
    months, marks, written = Months(folder, file_name, names), Marks(), 0
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        cells = cells_of(line, delimiter)
        if cells is None or len(cells) != len(names):
            left_out.writerow((path.name, number))
            continue
        for at in amounts:
            marks.see(cells[at])
        months.add(month_of(cells[year], cells[month]), number, path.name, cells)
        written += 1
    marks.check()
    months.close()
    return names, written


def main():
    parser = argparse.ArgumentParser(prog="partition.py", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a folder that is not there yet")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    wanted = parser.parse_args()
    if len({path.name for path in wanted.files}) != len(wanted.files):
        raise SystemExit("two of the files have the same name, by which their verdicts are found")
    wanted.out.mkdir(parents=True)
    before = None
    with open(wanted.out / LEFT_OUT, "w", encoding="utf-8", newline="") as place:
        left_out = csv.writer(place)
        left_out.writerow(("file", "line"))
        for number, path in enumerate(wanted.files):
            try:
                with open(path, encoding="utf-8", newline="") as lines:
                    names, written = partition(path, iter(lines), wanted.out, f"{number:05}.parquet", left_out)
                if before not in (None, names):
                    raise ValueError("its columns are not those of the file before it")
            except (ValueError, OSError) as fault:
                raise SystemExit(f"{path}: {fault}") from fault
            before = names
            print(f"{path}: {written:,} rows", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
