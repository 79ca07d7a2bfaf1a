"""Marks and the table."""

import json
import unittest

from bench import goals, report
from bench.ratio import Series
from bench.result import Result


def of(*ratios):
    series = Series()
    for ratio in ratios:
        series.add(ratio, 1)
    return series


class Marks(unittest.TestCase):
    def test_more_is_better(self):
        marks = [Result("7", "import", 0.7, 0.45).measured(of(value)).mark() for value in (0.7, 0.5, 0.45, 0.44)]
        self.assertEqual(marks, ["stretch met", "floor met", "floor met", "missed"])

    def test_less_is_better(self):
        marks = [Result("1", "cpu", 1.25, 1.45, higher_is_better=False).measured(of(value)).mark() for value in (1.25, 1.45, 1.46)]
        self.assertEqual(marks, ["stretch met", "floor met", "missed"])

    def test_without_bounds_there_is_no_mark_and_without_a_value_none_either(self):
        self.assertEqual(Result("11", "beside").absolute([1]).mark(), "no goal")
        self.assertEqual(Result("7", "import", 0.7, 0.45).not_measured("no disk").mark(), "not measured")


class Table(unittest.TestCase):
    def setUp(self):
        self.results = [
            Result("7", "import / \\copy", 0.7, 0.45).measured(of(0.5, 0.6, 0.4), "2 s | 1 s"),
            Result("8", "memory", 32, 64, "MiB", False).not_measured("no disk"),
        ]

    def test_a_line_has_the_median_the_spread_the_bounds_and_the_mark(self):
        text = report.markdown({"rustc": "1.95"}, "quick", self.results)
        self.assertIn("| 7 | import / \\copy | 0.5x | 0.4..0.6 | 3 | ≥ 0.7x | ≥ 0.45x | floor met | 2 s \\| 1 s |", text)
        self.assertIn("not measured: no disk", text)
        self.assertIn("**rustc**: 1.95", text)

    def test_json_holds_the_same_and_every_round(self):
        read = json.loads(report.as_json({}, "quick", self.results))["results"]
        self.assertEqual([line["mark"] for line in read], ["floor met", "not measured"])
        self.assertEqual(read[0]["details"]["ratios"], [0.5, 0.6, 0.4])
        self.assertEqual(read[1]["reason"], "no disk")


class Goals(unittest.TestCase):
    def test_every_goal_has_a_line_and_floors_are_easier_than_stretches(self):
        lines = goals.all_goals().values()
        reads = {"1", "2", "3", "4", "5", "6", "10", "11"}
        self.assertEqual({line.goal for line in lines}, reads | {f"W{number}" for number in range(1, 18)})
        for line in lines:
            if line.floor is not None and line.floor != line.stretch:
                self.assertEqual(line.floor < line.stretch, line.higher_is_better, line.what)
