"""SISMED reports in the published layout: the cases, a quiet background of ordinary sales, and four faulty rows."""

import csv
import re
from fractions import Fraction

from .medicines import CEILINGS, NO_MARGIN
from .sismed_cases import ABOVE, CASES, FAULTS, WITHIN

HEADER = (
    "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,"
    "CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado"
).split(",")

# Sold quietly below the ceiling, month after month.
BACKGROUND = ["19942431-7", "19908750-3", "19906266-3", "19914312-8", "19914312-13", "19968665-1", "19977582-1", "20001583-1", "19939440-1", "19994092-1"]
MONTHS = [f"{2019 + (9 + n) // 12}-{(9 + n) % 12 + 1:02}" for n in range(27)]
TRADES = [(1, "VN", 1), (2, "CM", 3), (2, "VN", 5), (1, "VN", 2), (2, "VN", 4), (2, "CM", 5), (2, "RC", 3)]
BY_CUM = {row.cum: row for row in CEILINGS}


def write(reports, expectations):
    rows = [(case, line_of(case)) for case in CASES]
    background = list(ordinary_sales())
    faults = [fields for _, fields in FAULTS]
    lines = [fields for _, fields in rows]
    # A faulty row stands between good ones, so that it is seen to cost nobody else anything.
    for number, fields in enumerate(faults, 1):
        background.insert(number * len(background) // 5, fields)
    with open(reports, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows(lines + background)
    with open(expectations, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["line", "case", "cum", "period", "operation", "transaction", "unit", "measure", "verdict", "reason", "after_open_data"])
        for line, (case, _) in enumerate(rows, 2):
            check(case)
            for measure, expected, then in zip(("minimum", "average", "maximum"), case.expected, case.then or case.expected):
                verdict, _, reason = expected.partition(": ")
                out.writerow([line, case.name, case.cum, case.period, case.operation, case.transaction, case.unit, measure, verdict, reason, then.partition(": ")[0]])


def line_of(case):
    record, consecutive = case.cum.split("-")
    year, _, month = case.period.partition("-")
    return [record, consecutive, year, month.lstrip("0"), case.role, case.operation, case.transaction, case.unit,
            case.minimum, case.maximum, case.units, case.value]


def ordinary_sales():
    for position, cum in enumerate(BACKGROUND):
        ceiling = BY_CUM[cum].amount
        record, consecutive = cum.split("-")
        for number, month in enumerate(MONTHS):
            # A fixed pattern in place of chance: 70 to 96 % of the ceiling.
            low = int(ceiling * (70 + (number * 7 + position * 5) % 25) / 100)
            high = min(low + low * (number % 4) // 100, int(ceiling))
            units = 20 + (number * 37 + position * 11) % 400
            value = units * low + (units // 2) * (high - low)
            role, operation, transaction = TRADES[(number + position) % len(TRADES)]
            year, _, of_year = month.partition("-")
            yield [record, consecutive, year, int(of_year), role, operation, transaction, "A", low, high, units, value]


def check(case):
    """The expected `within` and `above` follow from the exact comparison (only where the list has the CUM)."""
    listed = BY_CUM.get(case.cum)
    if listed is None:
        return
    limit = Fraction(str(listed.amount))
    if case.transaction == 5 and listed.margin != NO_MARGIN:
        limit += Fraction(str(round(listed.margin, 4)))
    packed = int(re.search(r" x (\d+)", listed.description).group(1))
    factor = packed if case.unit == "C" else 1
    average = Fraction(case.value) / Fraction(case.units) if case.value not in ("", "0") else None
    prices = (case.minimum, average, case.maximum)
    for price, expected in zip(prices, case.expected):
        if expected in (WITHIN, ABOVE):
            above = Fraction(price) * factor > limit
            assert above == (expected == ABOVE), (case.name, price, expected)
