"""The statistics of the table."""

import unittest

from bench.ratio import Series, alternating


class Ratios(unittest.TestCase):
    def test_the_median_is_of_ratios_within_a_round(self):
        series = Series()
        # The machine slows down by ten in the second round; the ratio does not move.
        for ours, theirs in ((2, 1), (20, 10), (3, 1)):
            series.add(ours, theirs)
        self.assertEqual(series.median(), 2)
        self.assertEqual(series.spread(), (2, 3))

    def test_turned_round_it_tells_how_many_times_quicker(self):
        series = Series()
        for ours, theirs in ((10, 600), (20, 1000), (10, 700)):
            series.add(ours, theirs)
        turned = series.upside_down()
        self.assertEqual(turned.median(), 60)
        self.assertEqual(turned.spread(), (50, 70))
        self.assertEqual(turned.ours, [10, 20, 10], "the absolute figures stay with their side")

    def test_a_yardstick_that_measured_nothing_is_no_ratio(self):
        with self.assertRaises(ValueError):
            Series().add(1, 0)

    def test_who_begins_changes_from_round_to_round(self):
        order = []
        pairs = list(alternating(3, lambda: order.append("ours") or 1, lambda: order.append("theirs") or 2))
        self.assertEqual(order, ["ours", "theirs", "theirs", "ours", "ours", "theirs"])
        self.assertEqual(pairs, [(1, 2)] * 3)
