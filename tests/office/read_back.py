#!/usr/bin/env python3
"""Opens workbooks with verdicts in LibreOffice Calc, and holds every cell that it saves against what was sent and what was answered.

    BASE_URL=http://127.0.0.1:8080 read_back.py [FOLDER]     (FOLDER keeps the files, to look at)
"""

import csv
import datetime
import decimal
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

BASE = os.environ["BASE_URL"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE_SECONDS_MAX = 300
HEADER_ROW = 3
COLUMNS = 7
ADDED = ["Veredicto", "Techo", "Exceso", "Exceso %", "Acto", "Razones", "Lectura alterna"]
STEPS = "Hoja de trabajo"
# Of each row: the verdict, the ceiling and the excess.
SAID = {4: ("dentro", 33052, None), 5: ("por encima", 33052, 1948.5), 7: ("no se puede decir", None, None)}
# What LibreOffice makes of the formulas.
COMPUTED = {("Portada", "A3"): 15, ("Compras", "G4"): 330520, ("Compras", "G5"): 140002, ("Compras", "G8"): 470522}
CSV_LIST = """CUM;Descripción;Cantidad;Valor unitario;Fecha
19914312-20;LANTUS 100 UI/ML;10;33.052,00;15/06/2020
19914312-20;"LANTUS «pluma» & <b>";4;35.000,50;30/06/2020
;SALA DE OBSERVACION;1;256.835,00;30/06/2020
"""


def check(truth, *what):
    if not truth:
        raise SystemExit(f"wrong: {' '.join(str(one) for one in what)}")


def reviewed(kind, body, name):
    """The file with verdicts."""
    path = f"/v1/invoice-checks?transaction=3&per=pack&format=xlsx&lang=es&name={name}"
    request = urllib.request.Request(BASE + path, data=body, headers={"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def purchase_list():
    """As hospitals keep them: a cover, a title above the header, formats, formulas, a note, a filter, a total."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "Portada"
    cover["A1"], cover["B1"], cover["A3"] = "Hospital de ejemplo", 1.1, "=SUM(Compras!C4:C7)"
    cover.merge_cells("A2:C2")
    cover["A2"] = "Compras de junio de 2020"
    sheet = book.create_sheet("Compras")
    sheet["A1"] = "Compras de junio"
    header = ["Código CUM", "Descripción", "Cantidad", "Valor unitario", "Fecha", "Nota", "Control"]
    day = datetime.datetime(2020, 6, 15)
    rows = {
        4: ["19914312-20", "LANTUS 100 UI/ML", 10, 33052, day, "0012", "=C4*D4"],
        5: ["19914312-20", "LANTUS «pluma» & <b>", 4, 35000.5, day, "  dos blancos  ", "=C5*D5"],
        7: [None, "SALA DE OBSERVACION", 1, 256835, day, "línea 1\nlínea 2", None],
        8: ["TOTAL", None, None, None, None, None, "=SUM(G4:G5)"],
    }
    for row, values in {HEADER_ROW: header, **rows}.items():
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            if row == HEADER_ROW:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEEFF")
            elif isinstance(value, datetime.datetime):
                cell.number_format = "dd/mm/yyyy"
            elif column == 4 and value is not None:
                cell.number_format = "#,##0.00"
    note = sheet.cell(6, 6, "=no es una fórmula")
    note.data_type = "s"
    sheet["B4"].comment = Comment("revisado", "farmacia")
    sheet["A4"].hyperlink = "https://example.org/"
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = "A3:G8"
    sheet.column_dimensions["B"].width = 40
    sheet.column_dimensions["F"].hidden = True
    sheet.conditional_formatting.add("C4:C7", CellIsRule(operator="greaterThan", formula=["5"], font=Font(color="9C0006")))
    units = DataValidation(type="whole", operator="greaterThan", formula1="0")
    units.add("C4:C7")
    sheet.add_data_validation(units)
    return saved(book)


def saved(book):
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def cells(content, data_only=False):
    """What stands in each cell that has something."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=data_only)
    lines = ((sheet, line) for sheet in book.worksheets for line in sheet.iter_rows())
    return {(sheet.title, cell.coordinate): cell.value for sheet, line in lines for cell in line if cell.value is not None}


def office(folder, file, kind, ending):
    """The file as LibreOffice saves it in another kind, with a profile of its own."""
    out = folder / "office"
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir", str(out), str(file)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=OFFICE_SECONDS_MAX)
    made = sorted(out.glob(f"{file.stem}*.{ending}")) if out.is_dir() else []
    check(run.returncode == 0 and len(made) == 1, "soffice", file.name, kind, run.returncode, run.stdout, run.stderr, made)
    return made[0].read_bytes()


def check_same(before, after, what):
    differing = [(place, before.get(place), after.get(place)) for place in sorted(before.keys() | after.keys()) if before.get(place) != after.get(place)]
    check(not differing, what, differing[:5])
    return len(before)


def check_added(sent, answered):
    """Every cell that was sent is there; what was added stands beside them and in a sheet of its own, and nowhere else."""
    check_same(sent, {place: answered.get(place) for place in sent}, "cells that were sent")
    steps = [tuple(answered.get((STEPS, f"{column}{row}")) for column in "BUY") for row in range(2, len(SAID) + 3)]
    check(steps == [*((row, excess, verdict) for row, (verdict, _, excess) in SAID.items()), (None, None, None)], STEPS, steps)
    answered = {(sheet, coordinate): value for (sheet, coordinate), value in answered.items() if sheet != STEPS}
    added = {}
    for (sheet, coordinate), value in answered.items() - sent.items():
        row, column = openpyxl.utils.cell.coordinate_to_tuple(coordinate)
        check(sheet == "Compras" and column > COLUMNS and row in (HEADER_ROW, *SAID), "added where nothing is to be", sheet, coordinate, value)
        added[(row, column - COLUMNS)] = value
    check([added.get((HEADER_ROW, place)) for place in range(1, len(ADDED) + 1)] == ADDED, "the names of the columns", added)
    for row, said in SAID.items():
        found = tuple(added.get((row, place)) for place in (1, 2, 3))
        check(found == said, "row", row, found)
    check(added.get((7, 6)), "why there is no verdict", added)
    return added


def check_looks(sent, answered):
    """The added columns have widths and wrap; those that were there, and what is frozen, stay as they were."""
    before, after = (openpyxl.load_workbook(io.BytesIO(content))["Compras"] for content in (sent, answered))
    check(after.freeze_panes == before.freeze_panes == "A4", "what is frozen", after.freeze_panes)
    for letter in "ABCDEFG":
        was, now = (sheet.column_dimensions[letter] for sheet in (before, after))
        check((was.width, was.hidden) == (now.width, now.hidden), "the width of column", letter, was.width, now.width)
    check(all(after.column_dimensions[letter].width > 10 for letter in "HIJKLMN"), "the widths of the added columns")
    check(after["M7"].alignment.wrap_text and not after["B7"].alignment.wrap_text, "texts that wrap")
    check(after["H3"].font.b in (None, False) and after["A3"].font.b, "styles of the header")


def check_shown(text, added):
    """What a person sees of them."""
    lines = list(csv.reader(io.StringIO(text.decode()), strict=True))
    for (row, place), value in added.items():
        shown = lines[row - 1][COLUMNS + place - 1]
        same = shown == value if isinstance(value, str) else decimal.Decimal(shown) == decimal.Decimal(repr(value))
        check(same, "shown in row", row, "column", place, repr(shown), repr(value))


def main(folder):
    sent = purchase_list()
    answered = reviewed(XLSX, sent, "compras.xlsx")
    file = folder / "compras-revisado.xlsx"
    file.write_bytes(answered)
    added = check_added(cells(sent), cells(answered))
    check_looks(sent, answered)
    kept = office(folder, file, "xlsx", "xlsx")
    count = check_same(cells(answered), cells(kept), "the caller's workbook, saved by LibreOffice")
    computed = cells(kept, data_only=True)
    for place, value in COMPUTED.items():
        check(computed.get(place) == value, "formula", place, computed.get(place))
    # The second sheet, as shown.
    check_shown(office(folder, file, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2", "csv"), added)
    table = reviewed("text/csv", CSV_LIST.encode(), "lista.csv")
    file = folder / "lista-revisado.xlsx"
    file.write_bytes(table)
    count += check_same(cells(table), cells(office(folder, file, "xlsx", "xlsx")), "the table of lines, saved by LibreOffice")
    print(f"LibreOffice: two workbooks with verdicts, {count} cells the same")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        pathlib.Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
        main(pathlib.Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(pathlib.Path(temporary))
