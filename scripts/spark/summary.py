"""Counts what judge.py wrote, as Spark SQL: the summary that `GET /v1/assessments/summary` answers, and the quartiles of `GET /v1/markets/prices`.

    spark-submit summary.py --verdicts verdicts --markets markets.csv --out summary.json

`markets.csv` is what src/read_model/sql/medicines/presentation_markets.sql answers: the market of each presentation, and what its pack holds.
"""

import argparse
import decimal
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
VERDICTS = ("within", "above", "no_ceiling_for_this_stage", "not_regulated", "cannot_compare")
BY_VERDICT = ("verdicts", "minimum", "average", "maximum")
# quartiles.sql counts in ten-thousandths of a peso.
PRICE_PLACES = 4


def summary_of(rows):
    """Rows of summary.sql in the form of the service's answer: every verdict is named, also with 0."""
    found = {name: dict.fromkeys(VERDICTS, 0) for name in BY_VERDICT} | {"reasons": {}, "transactions": {}}
    for counted, of_transaction, code, reports in rows:
        counts = found[counted]
        if counted == "transactions":
            counts = counts.setdefault(of_transaction, dict.fromkeys(VERDICTS, 0))
        counts[code] = int(reports)
    return {"reports": sum(found["verdicts"].values()), **found}


def price(ten_thousandths):
    return f"{decimal.Decimal(ten_thousandths).scaleb(-PRICE_PLACES, decimal.Context(prec=40)):f}"


def main():
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(prog="summary.py", description=__doc__.splitlines()[0])
    parser.add_argument("--verdicts", required=True, help="the folder that judge.py wrote")
    parser.add_argument("--markets", required=True, help="CSV of presentation_markets.sql, with its header")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    wanted = parser.parse_args()
    spark = SparkSession.builder.appName("termometro summary").getOrCreate()
    # A figure that does not fit must stop the query, and never become a gap.
    spark.conf.set("spark.sql.ansi.enabled", "true")
    spark.read.parquet(wanted.verdicts).createOrReplaceTempView("verdicts")
    spark.read.csv(wanted.markets, header=True).createOrReplaceTempView("markets")
    summary = summary_of(spark.sql((HERE / "summary.sql").read_text(encoding="utf-8")).collect())
    quartiles = spark.sql((HERE / "quartiles.sql").read_text(encoding="utf-8")).collect()
    markets = [{"market": row.market, "reports": row.reports, **{name: price(row[name]) for name in ("first_quartile", "median", "third_quartile")}}
               for row in quartiles]
    wanted.out.write_text(json.dumps({"summary": summary, "markets": markets}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{wanted.out}: {summary['reports']:,} reports, {len(markets):,} markets", flush=True)
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
