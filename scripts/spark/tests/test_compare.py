"""What differs is reported, whatever it is."""

import unittest

from spark.compare import compare, compare_tables

NAMES = ("row", "verdict")


def rows(*changed):
    found = {("a.csv", 2): ("accepted", "within"), ("a.csv", 10): ("accepted", "above"), ("b.csv", 2): ("refused", "")}
    found.update(changed)
    return [(file, line, *cells) for (file, line), cells in sorted(found.items()) if cells]


class Rows(unittest.TestCase):
    def test_the_same_rows_are_equal(self):
        equal, differences = compare(rows(), rows(), NAMES)
        self.assertEqual((equal, differences.count), (3, 0))

    def test_one_changed_verdict_is_reported_with_its_line_and_both_values(self):
        equal, differences = compare(rows((("a.csv", 10), ("accepted", "within"))), rows(), NAMES)
        self.assertEqual((equal, differences.count), (2, 1))
        self.assertEqual(differences.shown, ["line 10 of a.csv: verdict 'within' here, 'above' there"])

    def test_a_row_that_only_one_side_has_is_reported(self):
        for gone in (("a.csv", 2), ("a.csv", 10), ("b.csv", 2)):
            for ours, theirs, where in ((rows((gone, None)), rows(), "there"), (rows(), rows((gone, None)), "here")):
                equal, differences = compare(ours, theirs, NAMES)
                self.assertEqual((equal, differences.count), (2, 1))
                self.assertIn(f"line {gone[1]} of {gone[0]} is only {where}", differences.shown[0])

    def test_nothing_is_no_answer(self):
        self.assertEqual(compare([], rows(), NAMES)[1].count, 3)
        self.assertEqual(compare(rows(), [], NAMES)[1].count, 3)

    def test_rows_out_of_order_or_twice_stop_the_comparison(self):
        for wrong in (rows()[::-1], [rows()[0], rows()[0]]):
            with self.assertRaisesRegex(ValueError, "does not come after"):
                compare(wrong, rows(), NAMES)

    def test_lines_are_ordered_as_numbers(self):
        self.assertEqual(compare([("a.csv", 2, "x"), ("a.csv", 10, "x")], [("a.csv", "2", "x"), ("a.csv", "10", "x")], ("row",))[0], 2)

    def test_a_line_that_was_left_out_must_be_set_aside_there(self):
        ours = rows((("b.csv", 2), None))
        self.assertEqual(compare(ours, rows(), NAMES, {(b"b.csv", 2)})[1].count, 0)
        accepted = rows((("b.csv", 2), ("accepted", "within")))
        self.assertEqual(compare(ours, accepted, NAMES, {(b"b.csv", 2)})[1].shown, ["line 2 was left out here, and accepted there"])
        self.assertEqual(compare(ours, ours, NAMES, {(b"b.csv", 2)})[1].shown, ["of 1 lines left out here, 0 are there"])

    def test_all_differences_are_counted_and_some_shown(self):
        _, differences = compare([("a.csv", line, "x") for line in range(1, 101)], [("a.csv", line, "y") for line in range(1, 101)], ("row",))
        self.assertEqual((differences.count, len(differences.shown)), (100, 20))
        self.assertIn("100 differences", differences.text("rows"))


class Tables(unittest.TestCase):
    def test_figures_are_compared_by_their_paths(self):
        table = {"reports": 3, "transactions": {"1": {"above": 2}}}
        self.assertEqual(compare_tables(table, table)[1].count, 0)
        other = {"reports": 3, "transactions": {"1": {"above": 1}, "2": {"above": 1}}}
        figures, differences = compare_tables(table, other)
        self.assertEqual((figures, differences.count), (2, 2))
        self.assertEqual(differences.shown, ["transactions 1 above: 2 here, 1 there", "transactions 2 above: None here, 1 there"])
