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
        "5": Result("5", "304 (show_medicine): requests per second / static", 0.95, 0.75),
        "6 p99": Result("6", "search through HTTP, one connection: p99", 1, 2, "ms", False),
        "6 rate": Result("6", "search: queries per second / pg_trgm, one connection each", 150, 50),
        "6 recall rule": Result("6", "search: recall at 10, queries by rule", 0.98, 0.95, ""),
        "6 recall hand": Result("6", "search: recall at 10, queries by hand", 0.98, 0.95, ""),
        "10": Result("10", "units-weighted quartiles of all markets, times quicker than SQL", 55, 25),
        "11 memory": Result("11", "resident memory after the full load", 150, 300, "MiB", False),
        "11 size": Result("11", "size of the program", 10, 40, "MB", False),
    })
    lines.update(where_people_wait())
    return lines


def where_people_wait():
    """Imports, submissions, the minute after new data, the slider: W1 to W17."""
    lower = {"higher_is_better": False}

    def at_most(goal, what, stretch, floor, unit="x"):
        return Result(goal, what, stretch, floor, unit, **lower)

    return {
        "W1": at_most("W1", "after a submission of 1,000 rows: time that hot answers come from the database", 50, 500, "ms"),
        "W2": at_most("W2", "the same: bytes written to the database / bytes of the file", 50, 200),
        "W3": at_most("W3", "open-data files after one month's new reports", 3, 10, "s"),
        "W4": Result("W4", "import of a later file of reports: rows per second / \\copy into a bare table", 0.90, 0.60),
        "W4 again": Result("W4", "a file that states all stored reports again / a later one, time", **lower),
        "W5": Result("W5", "the same without secondary indexes: rows per second / \\copy", 1.5, 1.0),
        "W6": at_most("W6", "a first file / a later one, time", 1.1, 1.3),
        "W7": at_most("W7", "import and verdicts of 1,000,000 rows / DuckDB's whole process on the same question, time", 1.5, 2.5),
        "W8": at_most("W8", "submission of 1,000,000 rows / import of the same rows, time", 1.5, 2),
        "W8 others": at_most("W8", "others' submissions of 100 rows meanwhile, until receipt and verdicts: p99", 1, 3, "s"),
        "W9": at_most("W9", "preview of an act of 400 ceilings, the first after a start", 300, 1_000, "ms"),
        "W9 drag": at_most("W9", "the same again and again with other numbers: p99", 50, 250, "ms"),
        "W9 part": at_most("W9", "an act that touches 1 % of the reports, of a full run", 2, 5, "%"),
        "W10": Result("W10", "`verify`: rows per second / import with its judging", 0.5, 0.25),
        "W11": Result("W11", "show_medicine, memory off: requests per second / pgbench -M prepared -c8", 0.75, 0.55),
        "W11 statements": at_most("W11", "show_medicine, memory off: statements a request, its law being known", 1, 2, ""),
        "W12": Result("W12", "check_price, memory off: requests per second / pgbench -M prepared -c8 of the version", 0.75, 0.55),
        "W12 statements": at_most("W12", "check_price, memory off: statements a request, its law being known", 0, 1, ""),
        "W13 import": at_most("W13", "import: peak memory at 3 million reports", 32, 64, "MiB"),
        "W13 full": at_most("W13", "import: peak memory at 23 million reports", 32, 64, "MiB"),
        "W13 rest": at_most("W13", "service at rest with the full catalogue: resident memory", 150, 250, "MiB"),
        "W13 preview": at_most("W13", "service after a first preview: resident memory", 300, 400, "MiB"),
        "W14": at_most("W14", "start to first answer, the database being up", 0.05, 0.2, "s"),
        "W14 hot": at_most("W14", "start to hot answers from memory", 1, 3, "s"),
        "W14 private": Result("W14", "start to first answer, with the start of the private PostgreSQL", unit="s", **lower),
        "W15": at_most("W15", "backup by the documented command: share of it that can be made again", 0, 0, "%"),
        "W16 bytes": at_most("W16", "page with a verdict on a cheap phone (slow 3G): bytes", 30, 60, "KB"),
        "W16 time": at_most("W16", "the same with a processor four times slower: time until it can be read", 1.5, 2.5, "s"),
        "W17 import": at_most("W17", "import: cost per row at 23 million / at 3 million", 1.1, 1.25),
        "W17 judging": at_most("W17", "re-judging: cost per row at 23 million / at 3 million", 1.1, 1.25),
        "W17 series": at_most("W17", "quartile series: cost per row at 23 million / at 3 million", 1.1, 1.25),
        "W17 verify": at_most("W17", "verify: cost per row at 23 million / at 3 million", 1.1, 1.25),
        "W17 submission": at_most("W17", "submission of 1,000 rows: time beside 23 million / beside 3 million", 1.1, 1.25),
        "W17 exports": at_most("W17", "open-data files after one month's new reports: time at 23 million / at 3 million", 1.1, 1.25),
    }
