"""The MinSalud workbook: sheet names, title rows, header rows, notes, formulas and phantom row as published."""

import re
import zipfile
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from . import workbook_texts as texts
from .medicines import BY_REFERENCE, CEILINGS, CIRCULAR_10, MARKETS, VITALS

CUT = datetime(2021, 9, 3)
EXCEL_CUT = 44442  # 2021-09-03 as a spreadsheet counts days
ZIP_TIME = (2021, 9, 3, 0, 0, 0)


def write(path):
    book = Workbook()
    book.remove(book.active)
    for build in (start, ceilings, markets, vitals, prices_by_cum, dictionary, holders, forms):
        build(book)
    raw = BytesIO()
    book.save(raw)
    path.write_bytes(settle(raw.getvalue()))


def start(book):
    sheet = book.create_sheet("Inicio")
    sheet["B4"] = "Base de datos de medicamentos con precio regulado o con precio de referencia"
    sheet["B5"] = "Circular 10 de 2020 / Circular 04 de 2016 / Circular 06 de 2013"
    sheet["C6"] = "Muestra de Termómetro, en la disposición del archivo del Ministerio. No es el archivo oficial."
    date_cell(sheet, "A7", CUT)
    sheet["A8"] = texts.START_NOTE


def ceilings(book):
    sheet = book.create_sheet("PMV_CUM")
    sheet["A3"] = texts.CEILINGS_NOTE
    cut_formula(sheet, "A4")
    put(sheet, 5, texts.CEILINGS_HEADER)
    for number, row in enumerate(CEILINGS, 1):
        put(sheet, 5 + number, [number, row.market, row.cum, row.description, row.amount, row.margin, row.method, *row.act])
        sheet.cell(5 + number, 9).number_format = "mm-dd-yy"


def markets(book):
    sheet = book.create_sheet("Precio_MercadoRelevante")
    sheet["A4"] = "Precios por unidad de regulación de Mercados Relevantes"
    sheet["A5"] = texts.MARKETS_NOTE
    cut_formula(sheet, "A6")
    put(sheet, 7, texts.MARKETS_HEADER)
    at = 8
    for row in MARKETS:
        put(sheet, at, [row.id, row.atc, row.ingredient, row.form, row.unit_price, row.unit, row.base, row.watched, row.method, *row.act])
        sheet.cell(at, 11).number_format = "mm-dd-yy"
        at += 1
    for offset, note in zip((1, 2, 4), texts.MARKETS_FOOTNOTES):
        sheet.cell(at + offset, 1, note)


def vitals(book):
    sheet = book.create_sheet("Precio_MVND")
    sheet["A4"] = "Precios de la unidad de regulación de Medicamentos Vitales No Disponibles - MVND"
    sheet["A5"] = texts.VITALS_NOTE
    cut_formula(sheet, "A6")
    put(sheet, 7, texts.VITALS_HEADER)
    for at, row in enumerate(VITALS, 8):
        put(sheet, at, [*row, BY_REFERENCE, *CIRCULAR_10])
        sheet.cell(at, 7).number_format = "mm-dd-yy"


def prices_by_cum(book):
    sheet = book.create_sheet("Precio_CUM")
    sheet["A4"] = "Precios máximos para las transacciones institucionales o precios de referencia por presentación comercial"
    sheet["A5"] = texts.PRICES_NOTE
    sheet["A6"] = "Diccionario de variables"
    cut_formula(sheet, "A7")
    sheet["A8"], sheet["H8"] = "Precios por CUM", "Información CUM Invima"
    sheet["AH8"] = "Información del medicamento estandarizada"
    put(sheet, 9, texts.PRICES_HEADER)
    for at, row in enumerate(texts.PRICES_ROWS, 10):
        for header, value in row.items():
            sheet.cell(at, texts.PRICES_HEADER.index(header) + 1, value)
    # The official file carries a lone 1 here, which makes its used range 181,733 rows long.
    sheet["A181733"] = 1


def dictionary(book):
    sheet = book.create_sheet("Diccionario")
    sheet["A4"] = 'Diccionario de variables de la hoja "Precio_CUM"'
    cut_formula(sheet, "A5")
    put(sheet, 6, ["No.", "NOMBRE DE LA VARIABLE", "DESCRIPCIÓN"])
    for number, row in enumerate(texts.DICTIONARY, 1):
        put(sheet, 6 + number, [number, *row])


def holders(book):
    sheet = book.create_sheet("Titular_Estandarizado")
    sheet["A4"] = "Estandarización titulares de registro sanitario"
    cut_formula(sheet, "A5")
    put(sheet, 6, ["TITULAR INVIMA", "TITULARES ESTANDARIZADOS"])
    for at, row in enumerate(texts.HOLDERS, 7):
        put(sheet, at, row)


def forms(book):
    sheet = book.create_sheet("Agrupaciones_FF")
    sheet["A4"] = "Agrupaciones de formas farmacéuticas"
    cut_formula(sheet, "A5")
    sheet["A6"], sheet["D6"], sheet["F6"] = "Información Listado CUM - INVIMA", "Parametrización", "AGRUPACIÓN "
    put(sheet, 7, texts.FORMS_HEADER)
    for at, (form, route, state, standard_route) in enumerate(texts.FORMS, 8):
        put(sheet, at, [form, route, f"{form}-{route}", state, standard_route])
        sheet.cell(at, 6, f'=D{at}&" - "&E{at}')


def put(sheet, row, values):
    for column, value in enumerate(values, 1):
        if value is not None:
            sheet.cell(row, column, value)


def date_cell(sheet, name, value):
    sheet[name] = value
    sheet[name].number_format = "[$-409]d\\-mmm\\-yy;@"


def cut_formula(sheet, name):
    sheet[name] = "=Inicio!A7"
    sheet[name].number_format = "[$-409]d\\-mmm\\-yy;@"


def settle(raw):
    """The same bytes every time, and the values that a spreadsheet program would have left beside its formulas."""
    groups = {f"F{at}": f"{row[2]} - {row[3]}" for at, row in enumerate(texts.FORMS, 8)}

    def cached(match):
        opening, name, formula = match.group(1), match.group(2), match.group(3)
        if name in groups and "&amp;" in formula:
            return f'{opening} t="str"><f>{formula}</f><v>{groups[name]}</v></c>'
        return f"{opening}><f>{formula}</f><v>{EXCEL_CUT}</v></c>"

    out = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(r'(<c r="([A-Z]+\d+)"(?: s="\d+")?)><f>([^<]*)</f><v ?/?>(?:</v>)?</c>', cached, text.decode())
                text = with_float_dirt(text).encode()
            if name == "docProps/core.xml":
                text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2021-09-03T00:00:00Z", text.decode()).encode()
            target.writestr(zipfile.ZipInfo(name, ZIP_TIME), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_float_dirt(text):
    """openpyxl writes 16 digits; the official file holds all 17 (1345.5400000000002)."""
    amounts = [value for row in CEILINGS for value in (row.amount, row.margin)]
    amounts += [value for row in texts.PRICES_ROWS for value in row.values()]
    for amount in amounts:
        if isinstance(amount, float) and repr(amount) != f"{amount:.16g}":
            text = text.replace(f"<v>{amount:.16g}</v>", f"<v>{amount!r}</v>")
    return text
