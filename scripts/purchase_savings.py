#!/usr/bin/env python3
"""What was paid over the median of the other lines, recomputed from the lines of public purchases by the definition, in exact fractions and without
the program: every pair of lines of a group is looked at.

    curl -s 'https://HOST/v1/purchases?market=96&format=csv' > lines.csv
    curl -s 'https://HOST/v1/price-dispersion?market=96&format=csv' > groups.csv
    purchase_savings.py lines.csv [more.csv …] [--against groups.csv]

Without --against it writes market, quarter, quantity_up_to, regulated_unit, lines, buyers, sellers, saving as CSV; a saving is empty with fewer than
10 lines, 3 buyers or 2 sellers, or where how many were bought is not known. With it, the exit code is 1 if any saving or count differs.
"""

import argparse
import collections
import csv
import datetime
import sys
from fractions import Fraction

LINES_MIN, BUYERS_MIN, SELLERS_MIN = 10, 3, 2
COLUMNS = ["market", "quarter", "quantity_up_to", "regulated_unit", "lines", "buyers", "sellers", "saving"]


def quarter(day):
    day = datetime.date.fromisoformat(day[:10])
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def band(quantity):
    """The smallest power of ten that is not less."""
    limit = 1
    while abs(Fraction(quantity)) > limit:
        limit *= 10
    return str(limit)


def groups_of(rows):
    """Only lines that count and have a price for a regulated unit are in one."""
    groups = collections.defaultdict(list)
    for row in rows:
        if row["counts"] == "true" and row["market"] and row["regulated_price"] and row["quantity"]:
            key = row["market"], quarter(row["ordered_on"]), band(row["quantity"]), row["regulated_unit"]
            groups[key].append(row)
    return groups


def median(prices):
    prices = sorted(prices)
    middle = len(prices) // 2
    return prices[middle] if len(prices) % 2 else (prices[middle - 1] + prices[middle]) / 2


def saving(group):
    """Of each line over the median of all others, never below zero. None: how many were bought is not known of a line that cost more."""
    total = Fraction(0)
    for at, row in enumerate(group):
        others = [Fraction(other["regulated_price"]) for place, other in enumerate(group) if place != at]
        over = Fraction(row["regulated_price"]) - median(others)
        if over > 0:
            if not row["regulated_units"]:
                return None
            total += over * Fraction(row["regulated_units"])
    return total


def figures(groups):
    for key in sorted(groups):
        group = groups[key]
        buyers = {row["buyer_nit"] for row in group}
        sellers = {row["seller_nit"] for row in group if row["seller_nit"]}
        enough = len(group) >= LINES_MIN and len(buyers) >= BUYERS_MIN and len(sellers) >= SELLERS_MIN
        yield key, (len(group), len(buyers), len(sellers)), saving(group) if enough else None


def written(number):
    """The shortest decimal; every saving has one, since halves and decimals are added and multiplied only."""
    if number is None:
        return ""
    scale = 0
    while (number * 10**scale).denominator != 1:
        scale += 1
    digits = str(int(number * 10**scale)).rjust(scale + 1, "0")
    return digits if scale == 0 else f"{digits[:-scale]}.{digits[-scale:]}"


def read(paths):
    for path in paths:
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)


def differences(found, path):
    stated = {}
    for row in read([path]):
        key = tuple(row[name] for name in COLUMNS[:4])
        stated[key] = tuple(int(row[name]) for name in COLUMNS[4:7]), Fraction(row["saving"]) if row["saving"] else None
    own = {key: (counts, saving) for key, counts, saving in found}
    return [(key, stated.get(key), own.get(key)) for key in sorted({*stated, *own}) if stated.get(key) != own.get(key)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", nargs="+", help="CSV of /v1/purchases; several are parts of one")
    parser.add_argument("--against", help="CSV of /v1/price-dispersion of the same lines")
    options = parser.parse_args()
    found = list(figures(groups_of(read(options.lines))))
    if options.against:
        wrong = differences(found, options.against)
        for key, stated, own in wrong:
            print(f"{' '.join(key)}: stated {stated}, found {own}")
        print(f"groups: {len(found)}, differing: {len(wrong)}")
        return 1 if wrong else 0
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for key, counts, own in found:
        out.writerow([*key, *counts, written(own)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
