"""What is sent: submissions and files of reports from the bundled sample's or the real products, each with bytes of its own."""

import csv
import hashlib
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PERIOD, MONTHS = "2020-Q2", ("4", "5", "6")
FORMS = {name: index for index, name in enumerate(
    "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,"
    "ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado".split(","))}
HEADER = ",".join(FORMS)


def sha256(body):
    return hashlib.sha256(body).hexdigest()


def real_folder():
    """The published files, where they are at hand."""
    for folder in (os.environ.get("TERMOMETRO_REAL_DATA"), ROOT / ".." / "shared" / "data"):
        if folder and (pathlib.Path(folder) / "sismed").is_dir():
            return pathlib.Path(folder) / "sismed"
    return None


def report_rows(most=4000):
    """Rows of reports as published: real ones, else the sample's."""
    folder = real_folder()
    files = sorted(folder.glob("*.csv")) if folder else [ROOT / "sample" / "sismed.csv"]
    rows = []
    for file in files:
        with open(file, encoding="utf-8", newline="") as text:
            found = [row for row in csv.DictReader(text) if is_whole(row)]
        rows += [[row[name] for name in FORMS] for row in found[: most // len(files)]]
    return rows


def is_whole(row):
    """No blank and nothing that a rule may set aside."""
    codes = {"CodRolActorReportante": "12", "CodTipoOperacion": ("CM", "VN", "RC"), "CodTipoTransaccion": "12345", "CodUnidadFactura": "ABCD"}
    try:
        amounts = [float(row[name]) for name in list(FORMS)[8:]]
        numbers = [int(row[name]) for name in list(FORMS)[:4]]
    except (KeyError, TypeError, ValueError):
        return False
    known = all(row[name] and row[name] in values for name, values in codes.items())
    return known and min(amounts) > 0 and amounts[0] <= amounts[1] and min(numbers) > 0 and 2007 <= numbers[2] <= 2026 and numbers[3] <= 12


class Contents:
    """Bodies from a seed; no two are the same."""

    def __init__(self, random, rows, mark):
        self.random, self.rows, self.mark, self.made = random, rows, mark, 0

    def _own(self, row):
        """The row with amounts of its own, so that no two bodies are the same."""
        row = list(row)
        units = self.mark * 1_000_000 + self.made * 100 + self.random.randrange(100)
        least, most = (round(float(row[place]) * self.random.uniform(0.8, 1.3), 2) for place in (8, 9))
        least, most = max(0.01, min(least, most)), max(0.02, least, most)
        row[8:12] = [f"{least:.2f}", f"{most:.2f}", str(units + 1), f"{(least + most) / 2 * (units + 1):.2f}"]
        return row

    def submission(self, rows_most=40):
        """Body and number of rows: of one quarter, some of them with a fault that sets the row aside."""
        self.made += 1
        lines = []
        for _ in range(self.random.randint(1, rows_most)):
            row = self._own(self.random.choice(self.rows))
            row[2:4] = ["2020", self.random.choice(MONTHS)]
            row[5] = "VN"
            if self.random.random() < 0.08:
                row[8], row[9] = "40000", "30000"
            lines.append(",".join([*row, ""]))
        body = "\n".join([HEADER + ",NitContraparte", *lines, ""]).encode()
        return body, len(lines)

    def file(self, rows_most=120):
        """Body and number of rows of a file of reports; at most one row in forty is faulty, so that it is not held."""
        self.made += 1
        lines = [",".join(self._own(self.random.choice(self.rows))) for _ in range(self.random.randint(10, rows_most))]
        if len(lines) >= 40:
            faulty = self.random.choice(self.rows)
            lines[self.random.randrange(len(lines))] = ",".join([*faulty[:8], "nada", *faulty[9:]])
        return "\n".join([HEADER, *lines, ""]).encode(), len(lines)


def draft(number, version, cum, amount, key):
    """An act; from its second version on it corrects itself."""
    act, pack = f"circular-{number}-2026", {"amount": f"{amount}.00", "currency": "COP", "per": "pack"}
    return {
        "title": f"Circular {number} de 2026", "valid_from": "2020-05-01", "subject_es": "Prueba de resistencia.", "subject_en": "Torture test.",
        "source": "make torture", "supersedes": [act] if version > 1 else [], "reason": key,
        "ceilings": [{"cum": cum, "column": "institutional", "amount": pack, "ips_margin": "rule"}],
    }
