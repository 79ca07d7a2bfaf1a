#!/usr/bin/env python3
"""The exact-limit vectors: prices at a ceiling, and one cent above it, where binary floats go wrong.

Four grids, all over packs of 3, 7, 12, 28, 30, 60 and 100 units. Rust loops them natively; this file states them once,
counts what must come out, and checks the other side's answers in exact fractions.

  limit       unit ceiling of 0.01, 0.02 … 1999.99 pesos; pack of q units. The limit is ceiling x q.
              A pack price exactly at the limit is `within`; one cent more is `above`. 1,399,993 limits, no exception.
  cents       pack ceiling of 1.00, 1.07 … 1999.99; the price is round_half_up(ceiling / q, 2) x q.
  cents_big   pack ceiling of 1,000.00, 1,099.73 … below 600,000; the price as in `cents`.
  pesos_big   the same ceilings; the price is round_half_up(ceiling / q, 0) x q.
              In the last three a price above the pack ceiling is `above`, and `explained` by rounding the unit price.

  vectors.py counts           what each grid must give, as JSON (a few seconds; `limit` needs no loop)
  vectors.py print GRID [N]   every N-th vector of a grid as NDJSON {"ceiling","units","observed","verdict"}
  vectors.py check            reads such lines, computes each verdict again, prints `N vectors, M differences`; exit 1 if any
"""

import json
import sys
from fractions import Fraction
from math import floor

PACKS = (3, 7, 12, 28, 30, 60, 100)
BANDS = {"cents": (range(100, 200_000, 7), 2), "cents_big": (range(100_000, 60_000_000, 9973), 2), "pesos_big": (range(100_000, 60_000_000, 9973), 0)}
LIMIT = range(1, 200_000)


def pesos(cents):
    return f"{cents // 100}.{cents % 100:02}"


def half_up(value, places):
    return Fraction(floor(value * 10**places + Fraction(1, 2)), 10**places)


def band(grid):
    ceilings, places = BANDS[grid]
    step = 100 if places == 0 else 1
    for cents in ceilings:
        for units in PACKS:
            # half-up in whole cents (or whole pesos), with integers only
            price = (2 * cents + units * step) // (2 * units * step) * step * units
            yield cents, units, price


def limit():
    for cents in LIMIT:
        for units in PACKS:
            yield cents, units, cents * units
            yield cents, units, cents * units + 1


def counts():
    found = {"limit": {"within": len(LIMIT) * len(PACKS), "above": len(LIMIT) * len(PACKS)}}
    for grid in BANDS:
        above = total = 0
        for cents, _, price in band(grid):
            total += 1
            above += price > cents
        found[grid] = {"within": total - above, "above": above}
    return found


def vectors(grid):
    """`ceiling` is of one unit in `limit` (the pack's limit is ceiling x units), of the pack elsewhere."""
    if grid == "limit":
        for cents, units, price in limit():
            yield {"grid": grid, "ceiling": pesos(cents), "units": str(units), "observed": pesos(price), "verdict": "above" if price > cents * units else "within"}
    else:
        for cents, units, price in band(grid):
            yield {"grid": grid, "ceiling": pesos(cents), "units": str(units), "observed": pesos(price), "verdict": "above" if price > cents else "within"}


def verdict_of(vector):
    """Without `grid`, the ceiling is of one unit and the observed price of the pack."""
    ceiling, units, observed = (Fraction(vector[name]) for name in ("ceiling", "units", "observed"))
    grid = vector.get("grid", "limit")
    limit_of_pack = ceiling * units if grid == "limit" else ceiling
    if grid != "limit":
        places = BANDS[grid][1]
        assert observed == half_up(ceiling / units, places) * units, f"not a vector of {grid}"
    return "above" if observed > limit_of_pack else "within"


def check(lines):
    total, differences = 0, []
    for line, text in enumerate(lines, 1):
        total += 1
        vector = json.loads(text)
        computed = verdict_of(vector)
        if vector["verdict"] != computed or (computed == "above" and vector.get("explained") is False and "grid" in vector and vector["grid"] != "limit"):
            differences.append(f"line {line}: {text.strip()} computed {computed}")
    print(f"{total} vectors, {len(differences)} differences")
    for difference in differences[:10]:
        print(difference)
    return 1 if differences or total == 0 else 0


def main(arguments):
    if arguments == ["counts"]:
        print(json.dumps(counts()))
    elif arguments == ["check"]:
        return check(sys.stdin)
    elif arguments[:1] == ["print"] and len(arguments) in (2, 3):
        every = int(arguments[2]) if len(arguments) == 3 else 1
        for number, vector in enumerate(vectors(arguments[1])):
            if number % every == 0:
                print(json.dumps(vector))
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
