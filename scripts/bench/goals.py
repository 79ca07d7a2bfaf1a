"""The goals: what each line of the table is called and which bounds it has. Nothing else in the package knows a bound."""

from .result import Result

HOT = ("show_medicine", "show_thermometer", "check_price")
PEERS = {"FastAPI+asyncpg": (30, 20), "Datasette": (50, 35), "Django REST framework": (130, 80)}
LOWER = {"higher_is_better": False}


def _hot(name):
    return {
        f"1 {name}": Result("1", f"{name}: CPU per request / static", 1.25, 1.45, **LOWER),
        f"2 {name}": Result("2", f"{name}: requests per second / static", 0.90, 0.70),
        f"2 {name} p99": Result("2", f"{name}: p99 / static", 1.5, 2.5, **LOWER),
    }


def all_goals():
    """Key and line, in the order of the table; a line has no value until it is measured."""
    lines = {}
    for name in HOT:
        lines.update(_hot(name))
    for peer, (stretch, floor) in PEERS.items():
        for name in HOT:
            lines[f"3 {peer} {name}"] = Result("3", f"{name}: requests per second / {peer}", stretch, floor)
    lines.update({
        "4 list_prices": Result("4", "list_prices: requests per second / pgbench -M prepared -c8", 0.75, 0.55),
        "4 show_medicine": Result("4", "show_medicine, memory off: requests per second / pgbench -M prepared -c8", 0.75, 0.55),
        "4 check_price": Result("4", "check_price, memory off: requests per second / pgbench -M prepared -c8 of the version", 0.75, 0.55),
        "4 show_medicine statements": Result("4", "show_medicine, memory off: statements a request, its law being known", 1, 2, "", False),
        "4 check_price statements": Result("4", "check_price, memory off: statements a request, its law being known", 0, 1, "", False),
        "5": Result("5", "304 (show_medicine): requests per second / static", 0.95, 0.75),
        "6 p99": Result("6", "search through HTTP, one connection: p99", 1, 2, "ms", False),
        "6 rate": Result("6", "search: queries per second / pg_trgm, one connection each", 150, 50),
        "6 recall rule": Result("6", "search: recall at 10, queries by rule", 0.98, 0.95, ""),
        "6 recall hand": Result("6", "search: recall at 10, queries by hand", 0.98, 0.95, ""),
        "7": Result("7", "import of reports: rows per second / \\copy", 0.70, 0.45),
        "8": Result("8", "the same without secondary indexes: rows per second / \\copy", 1.2, 0.8),
        "8 memory": Result("8", "import: peak memory at 3 million reports", 32, 64, "MiB", False),
        "8 memory full": Result("8", "import: peak memory at 23 million reports", 32, 64, "MiB", False),
        "9a": Result("9", "preview of an act of 400 ceilings", 300, 1_000, "ms", False),
        "9b": Result("9", "an act that touches 1 % of the reports, of a full run", 2, 5, "%", False),
        "10": Result("10", "units-weighted quartiles of all markets, times quicker than SQL", 55, 25),
        "11 start": Result("11", "start to first answer, the database being up", 0.5, 1, "s", False),
        "11 private": Result("11", "start to first answer, with the start of the private PostgreSQL", unit="s", higher_is_better=False),
        "11 memory": Result("11", "resident memory after the full load", 150, 300, "MiB", False),
        "11 size": Result("11", "size of the program", 10, 40, "MB", False),
        "12 import": Result("12", "import: cost per row at 23 million / at 3 million", 1.1, 1.25, **LOWER),
        "12 judging": Result("12", "re-judging: cost per row at 23 million / at 3 million", 1.1, 1.25, **LOWER),
        "12 series": Result("12", "quartile series: cost per row at 23 million / at 3 million", 1.1, 1.25, **LOWER),
    })
    lines.update({
        "13 stale": Result("13", "after a submission of 1,000 rows: time that hot answers come from the database", 50, 500, "ms", False),
        "13 bytes": Result("13", "the same: bytes written to the database / bytes of the file", 50, 200, **LOWER),
        "13 exports": Result("13", "open-data files after new reports", 3, 10, "s", False),
    })
    return lines
