#!/usr/bin/env python3
"""Reads the open-data files back with the libraries that others read them with, and holds them against the manifest and each other.

    BASE_URL=http://127.0.0.1:8080 read_back.py
"""

import csv
import decimal
import gzip
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import openpyxl
import pyarrow
import pyarrow.parquet
import rdflib
from frictionless import Resource, Schema

BASE = os.environ["BASE_URL"]
LATER_LIST = pathlib.Path(__file__).resolve().parents[2] / "sample" / "ceilings-open-data-20240815.csv"
READY_SECONDS_MAX = 60
# Data sets get their new versions one after the other.
SETTLE_SECONDS = 3
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
csv.field_size_limit(1 << 30)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(path, **headers):
    """Status, headers and body; nothing is followed."""
    request = urllib.request.Request(BASE + path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with OPENER.open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def check(truth, *told):
    if not truth:
        raise SystemExit(f"wrong: {' '.join(str(one) for one in told)}")


def manifest():
    """As soon as everything has been made once."""
    end = time.monotonic() + READY_SECONDS_MAX
    while True:
        status, _, body = ask("/v1/exports")
        check(status == 200, status, body)
        sets = json.loads(body)["data"]
        if all(one["newest"] for one in sets):
            return sets
        check(time.monotonic() < end, "the files are not made in time")
        time.sleep(0.2)


def download(file):
    status, headers, body = ask(file["path"])
    check(status == 200, file["path"], status)
    check(len(body) == file["bytes"], file["path"], "bytes", len(body))
    check(hashlib.sha256(body).hexdigest() == file["sha256"], file["path"], "sha256")
    check(headers["ETag"] == f'"{file["sha256"]}"', file["path"], headers["ETag"])
    check("immutable" in headers["Cache-Control"], file["path"], headers["Cache-Control"])
    return body


def check_http(file, body):
    path, tag = file["path"], f'"{file["sha256"]}"'
    check(ask(path, If_None_Match=tag)[0] == 304, path, "no 304")
    if body:
        status, headers, part = ask(path, Range="bytes=1-9", If_Range=tag, Accept_Encoding="gzip")
        check(status == 206 and part == body[1:10], path, "range", status)
        check(headers["Content-Range"] == f"bytes 1-{min(9, len(body) - 1)}/{len(body)}", headers["Content-Range"])
        check(headers["Content-Encoding"] is None, path, "a compressed part")
    check(ask(path, Range=f"bytes={len(body)}-")[0] == 416, path, "no 416")
    _, headers, whole = ask(path, Accept_Encoding="gzip")
    check((gzip.decompress(whole) if headers["Content-Encoding"] == "gzip" else whole) == body, path, "compressed")


def same_text(cell, text):
    """A text that begins like a formula is marked in CSV."""
    return cell == text or (text.startswith(FORMULA) and cell == "'" + text)


def same(kind, cell, json_value, parquet_value):
    """One value in the three formats."""
    if cell == "":
        return json_value is None and parquet_value is None
    if kind == "number":
        return (isinstance(json_value, str) and isinstance(parquet_value, decimal.Decimal)
                and decimal.Decimal(cell) == decimal.Decimal(json_value) == parquet_value and cell == json_value)
    if kind == "integer":
        return int(cell) == json_value == parquet_value
    if kind == "boolean":
        return {"true": True, "false": False}[cell] is json_value is parquet_value
    if kind == "date":
        return cell == json_value == parquet_value.isoformat()
    if kind == "array":
        return json.loads(cell) == json_value == json.loads(parquet_value)
    return json_value == parquet_value and same_text(cell, json_value)


def check_rows(name, schema, contents, rows):
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    table = pyarrow.parquet.read_table(io.BytesIO(contents["parquet"]))
    for field in schema["fields"]:
        if field["type"] == "number":
            check(table.schema.field(field["name"]).type == pyarrow.decimal128(38, 18), name, field["name"], "is no decimal")
    in_csv = list(csv.DictReader(io.StringIO(contents["csv"].decode(), newline=""), strict=True))
    in_json = [json.loads(line) for line in contents["ndjson"].decode().split("\n") if line]
    in_parquet = table.to_pylist()
    check(len(in_csv) == len(in_json) == len(in_parquet) == rows, name, "rows", len(in_csv), len(in_json), len(in_parquet), rows)
    for number, (one, other, third) in enumerate(zip(in_csv, in_json, in_parquet)):
        check(list(one) == list(other) == list(third) == list(kinds), name, "columns", number)
        for column, kind in kinds.items():
            values = (one[column], other[column], third[column])
            check(same(kind, *values), name, f"row {number}", column, *map(repr, values))
    keys = [tuple(row[column] for column in schema["primaryKey"]) for row in in_json]
    check(len(set(keys)) == len(keys), name, "a key stands twice")
    return len(in_csv) * len(kinds)


def shown(cell):
    """What a sheet shows of a cell: a number with as many decimals as its format says."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, bool):
        return str(cell.value).lower()
    if isinstance(cell.value, (int, float)):
        places = len(cell.number_format.partition(".")[2])
        return f"{decimal.Decimal(repr(cell.value)):.{places}f}"
    return cell.value


def check_people(name, schema, contents, rows):
    """A workbook and a CSV for a Spanish Excel show what the CSV for programs says, and no JSON."""
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    in_csv = list(csv.DictReader(io.StringIO(contents["csv"].decode(), newline=""), strict=True))
    excel = contents["csv_excel_es"]
    check(excel.startswith(b"\xef\xbb\xbf") and excel.endswith(b"\r\n"), name, "byte order mark and line ends")
    in_excel = list(csv.DictReader(io.StringIO(excel.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    sheet = openpyxl.load_workbook(io.BytesIO(contents["xlsx"])).active
    lines = list(sheet.iter_rows())
    check([cell.value for cell in lines[0]] == list(kinds) == list(in_excel[0]) if in_excel else True, name, "columns")
    check(len(lines) - 1 == len(in_excel) == len(in_csv) == rows, name, "rows for people", len(lines), len(in_excel), rows)
    numbers = 0
    for one, other, line in zip(in_csv, in_excel, lines[1:]):
        for (column, kind), cell in zip(kinds.items(), line):
            wanted = "; ".join(json.loads(one[column])) if kind == "array" and one[column] else one[column]
            numbers += isinstance(cell.value, (int, float))
            check(shown(cell) == wanted, name, column, "in the workbook", repr(shown(cell)), repr(wanted))
            comma = wanted.replace(".", ",") if kind == "number" else wanted
            check(other[column] == comma, name, column, "for Excel", repr(other[column]), repr(comma))
    return numbers


def check_schema(name, folder, schema, text):
    (folder / f"{name}.csv").write_bytes(text)
    (folder / "schema.json").write_text(json.dumps(schema))
    check(Schema.from_descriptor(schema) is not None, name)
    resource = Resource(path=f"{name}.csv", basepath=str(folder), schema=Schema.from_descriptor(schema), format="csv", encoding="utf-8")
    report = resource.validate()
    check(report.valid, name, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5])


def check_deltas(one, folder):
    for delta in one["deltas"]:
        file = f"{one['name']}.{delta['format']}"
        base, following = (ask(f"/v1/exports/{one['name']}/{delta[end]}/{file}")[2] for end in ("from", "to"))
        (folder / file).write_bytes(base)
        (folder / "delta").write_bytes(download(delta))
        subprocess.run(["patch", "--quiet", "--fuzz=0", f"--input={folder / 'delta'}", str(folder / file)], check=True)
        check((folder / file).read_bytes() == following, "delta", delta["path"])
    return len(one["deltas"])


def check_periods(one, contents):
    """The files of all periods in a row are the whole ones."""
    if one["newest"]["manifest"] is None:
        return 0
    periods = json.loads(download(one["newest"]["manifest"]))["periods"]
    of_period = [{file["format"]: download(file) for file in period["files"]} for period in periods]
    for period, files in zip(periods, of_period):
        check(set(files) == set(contents), one["name"], period["period"], list(files))
    headers = contents["csv"].split(b"\n", 1)[0] + b"\n", contents["csv_excel_es"].split(b"\n", 1)[0] + b"\n"
    for format, header in (("csv", headers[0]), ("csv_excel_es", headers[1]), ("ndjson", b"")):
        rows = [files[format].removeprefix(header) for files in of_period]
        check(all(files[format].startswith(header) for files in of_period), one["name"], format, "header")
        check(header + b"".join(rows) == contents[format], one["name"], format, "in a row")
    tables = [pyarrow.parquet.read_table(io.BytesIO(files["parquet"])) for files in of_period]
    check(pyarrow.concat_tables(tables) == pyarrow.parquet.read_table(io.BytesIO(contents["parquet"])), one["name"], "parquet in a row")
    return len(periods)


def check_catalogue(sets):
    status, headers, body = ask("/v1/catalog")
    check(status == 200 and headers["Content-Type"] == "application/ld+json", status, headers["Content-Type"])
    graph = rdflib.Graph().parse(data=body, format="json-ld")
    check(len(list(graph.subjects(rdflib.RDF.type, DCAT.Catalog))) == 1, "one catalogue")
    check(len(set(graph.objects(None, DCAT.dataset))) == len(sets), "data sets")
    named = {}
    for distribution in graph.subjects(rdflib.RDF.type, DCAT.Distribution):
        checksum = graph.value(graph.value(distribution, SPDX.checksum), SPDX.checksumValue)
        named[str(graph.value(distribution, DCAT.downloadURL))] = (str(checksum), int(graph.value(distribution, DCAT.byteSize)))
    wanted = {BASE + file["path"]: (file["sha256"], file["bytes"]) for one in sets for file in one["newest"]["files"]}
    check({address: (sha.lower(), size) for address, (sha, size) in named.items()} == wanted, "distributions", named)
    return len(graph)


def check_all(sets):
    cells, numbers, files, deltas, periods = 0, 0, 0, 0, 0
    for one in sets:
        newest = one["newest"]
        schema = json.loads(download(newest["schema"]))
        contents = {file["format"]: download(file) for file in newest["files"]}
        check(set(contents) == {"csv", "csv_excel_es", "ndjson", "parquet", "xlsx"}, one["name"], list(contents))
        for file in newest["files"]:
            check_http(file, contents[file["format"]])
            status, headers, _ = ask(f"/v1/exports/{one['name']}/latest/{file['name']}")
            check(status == 307 and headers["Location"] == file["path"], one["name"], "latest", status)
        with tempfile.TemporaryDirectory() as folder:
            check_schema(one["name"], pathlib.Path(folder), schema, contents["csv"])
            deltas += check_deltas(one, pathlib.Path(folder))
        cells += check_rows(one["name"], schema, contents, newest["rows"])
        numbers += check_people(one["name"], schema, contents, newest["rows"])
        periods += check_periods(one, contents)
        files += len(contents)
        told = ", ".join(f"{file['format']} {file['bytes']}" for file in newest["files"])
        print(f"{one['name']} {newest['version']}: {newest['rows']} rows; bytes: {told}", flush=True)
    triples = check_catalogue(sets)
    print(f"{len(sets)} data sets, {files} files, {cells} cells the same in three formats, {numbers} numbers shown digit for digit, {deltas} deltas applied, {periods} periods in a row, {triples} triples", flush=True)
    return deltas


def main():
    sets = manifest()
    check_all(sets)
    program = os.environ.get("PROGRAM")
    if not program:
        return
    # A later list on the service's own database: the files that it changes get a new version, and differences lead there.
    before = [one["newest"]["version"] for one in sets if one["name"] == "ceilings"]
    settings = {name: value for name, value in os.environ.items() if name != "PROGRAM"}
    subprocess.run([program, "import", "ceilings", str(LATER_LIST)], env=settings, check=True, stdout=subprocess.DEVNULL)
    end = time.monotonic() + READY_SECONDS_MAX
    while [one["newest"]["version"] for one in manifest() if one["name"] == "ceilings"] == before:
        check(time.monotonic() < end, "no new version of the ceilings in time")
        time.sleep(0.2)
    time.sleep(SETTLE_SECONDS)
    check(check_all(manifest()) >= 2, "differences of the ceilings")


if __name__ == "__main__":
    sys.exit(main())
