#!/usr/bin/env python3
"""Writes the bundled sample again, byte for byte the same on every machine.

Needs Python 3.9 or newer and openpyxl (only for the workbook). Nobody needs this to use Termómetro:
the files it writes are committed beside it. Run it after changing anything in `generator/`.
"""

from pathlib import Path

from generator import catalogue, open_data, sismed, thermometer, workbook

HERE = Path(__file__).resolve().parent


def main() -> None:
    workbook.write(HERE / "ceilings.xlsx")
    sismed.write(HERE / "sismed.csv", HERE / "expected-verdicts.csv")
    thermometer.write(HERE / "thermometer.csv")
    catalogue.write(HERE / "catalogue.csv")
    open_data.write(HERE / "ceilings-open-data-20240815.csv")


if __name__ == "__main__":
    main()
