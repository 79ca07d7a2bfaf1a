"""Lines into cells, files into months, documents into commands, events into lost tasks, counts into the service's form."""

import decimal
import pathlib
import unittest

from spark import cluster, partition, summary

ROOT = pathlib.Path(__file__).resolve().parents[3]
HEADER = "NoExpediente;PresentacionComercial;AnnioCorte;MesFactura;ValorMinimo;ValorMaximo;TotalUnidadesFacturadas;ValorTotalFacturado"


class Lines(unittest.TestCase):
    def test_cells_with_and_without_quotes(self):
        self.assertEqual(partition.cells_of("1,,2\r\n", ","), ["1", "", "2"])
        self.assertEqual(partition.cells_of('"a,""b""",2\n', ","), ['a,"b"', "2"])
        self.assertIsNone(partition.cells_of('1,"2\n', ","))

    def test_the_header_has_the_published_columns(self):
        names, delimiter = partition.header_of(HEADER + "\n")
        self.assertEqual((len(names), delimiter), (8, ";"))
        for wrong in (HEADER.replace("AnnioCorte", "Año"), HEADER + ";AnnioCorte", ""):
            with self.assertRaises(ValueError):
                partition.header_of(wrong)

    def test_a_period_that_is_none_has_a_folder_too(self):
        given = [("2020", "6"), ("2020", "06"), ("2020", ""), ("20", "6"), ("2020", "../x"), ("", "")]
        self.assertEqual([partition.month_of(*one) for one in given], ["2020-06", "2020-06", "2020", "unknown", "unknown", "unknown"])

    def test_a_file_that_writes_decimal_commas_is_not_taken(self):
        marks = partition.Marks()
        for amount in ("1.5", "2.25", "3"):
            marks.see(amount)
        marks.check()
        marks.see("1,5")
        with self.assertRaisesRegex(ValueError, "commas"):
            marks.check()


class Documented(unittest.TestCase):
    def test_comments_and_other_blocks_are_no_commands(self):
        text = "```sh\na one   # why\n# b\nc \\\n  d\n```\n```\nno\n```\n"
        self.assertEqual(cluster.documented(text), ["a one", "c    d"])

    def test_a_command_is_found_by_words_that_only_it_has(self):
        self.assertEqual(cluster.the_one(["a b", "a c"], "a", "c"), "a c")
        for words in (("a",), ("x",)):
            with self.assertRaises(cluster.CommandFailed):
                cluster.the_one(["a b", "a c"], *words)

    def test_what_the_test_runs_is_in_the_document(self):
        commands = cluster.documented((ROOT / "docs" / "scaling.md").read_text(encoding="utf-8"))
        for words in (("law", "export"), ("psql", "presentation_markets.sql"), ("partition.py",), ("judge.py",), ("summary.py",), ("duckdb", "summary.sql")):
            self.assertTrue(cluster.the_one(commands, *words))


class Events(unittest.TestCase):
    def test_only_tasks_of_the_stage_that_were_lost_with_the_executor_count(self):
        def end(reason, executor, stage=3):
            return {"Event": "SparkListenerTaskEnd", "Stage ID": stage, "Task End Reason": {"Reason": reason}, "Task Info": {"Executor ID": executor}}

        found = [{"Event": "SparkListenerExecutorRemoved"}, end("Success", "1"), end("ExecutorLostFailure", "0"), end("ExecutorLostFailure", "1", 2)]
        self.assertEqual(cluster.lost_tasks(found, "1", 3), 0)
        self.assertEqual(cluster.lost_tasks([*found, end("ExecutorLostFailure", "1")], "1", 3), 1)


class Summaries(unittest.TestCase):
    def test_the_form_is_the_services(self):
        rows = [("verdicts", "", "above", 2), ("verdicts", "", "within", 1), ("reasons", "", "another_unit_fits", 2), ("transactions", "1", "above", 2),
                ("transactions", "3", "within", 1), ("minimum", "", "within", 3)]
        found = summary.summary_of(rows)
        self.assertEqual(found["reports"], 3)
        self.assertEqual(found["verdicts"], {"within": 1, "above": 2, "no_ceiling_for_this_stage": 0, "not_regulated": 0, "cannot_compare": 0})
        self.assertEqual(found["transactions"]["3"]["within"], 1)
        self.assertEqual(found["reasons"], {"another_unit_fits": 2})

    def test_a_price_is_a_plain_decimal(self):
        given = [decimal.Decimal(1), decimal.Decimal(12_345_600), decimal.Decimal("12345678901234567890123456789012")]
        self.assertEqual([summary.price(one) for one in given], ["0.0001", "1234.5600", "1234567890123456789012345678.9012"])
