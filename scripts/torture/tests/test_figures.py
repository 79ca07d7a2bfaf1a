"""Percentiles, slopes, exit codes."""

import json
import unittest

from torture import mutants
from torture.figures import Figures, percentile, slope
from torture.ledger import Violation


class Percentiles(unittest.TestCase):
    def test_nearest_rank(self):
        values = list(range(1, 101))
        self.assertEqual([percentile(values, share) for share in (0.5, 0.99, 1)], [50, 99, 100])
        self.assertEqual(percentile([7], 0.99), 7)
        self.assertEqual(percentile([1, 2, 3], 0.5), 2)
        self.assertIsNone(percentile([], 0.5))


class Slopes(unittest.TestCase):
    def test_a_line_has_its_slope_and_one_odd_sample_does_not_move_it(self):
        line = [(x, 3 * x + 1) for x in range(20)]
        self.assertEqual(slope(line), 3)
        line[7] = (7, 10_000)
        self.assertEqual(slope(line), 3)

    def test_flat_and_too_short(self):
        self.assertEqual(slope([(0, 5), (1, 5), (2, 5)]), 0)
        self.assertEqual(slope([(0, 5)]), 0)


class ExitCodes(unittest.TestCase):
    def test_a_violation_is_1_and_counts_once(self):
        figures = Figures(7)
        self.assertEqual(figures.exit_code(), 0)
        lost = Violation("acknowledged submission lost", "k1", "said 201")
        self.assertEqual(figures.violated([lost], "service 3"), [lost])
        self.assertEqual(figures.violated([lost], "service 4"), [], "still lost is not lost again")
        self.assertEqual(figures.exit_code(), 1)
        self.assertIn("the first, after service 3: acknowledged submission lost: k1: said 201", figures.text())
        self.assertIn("SEED=7", figures.text())

    def test_a_mutant_that_is_not_caught_is_1(self):
        figures = Figures(1)
        figures.mutants.append({"name": "swallow", "caught": True, "by": "acknowledged submission lost"})
        self.assertEqual(figures.exit_code(), 0)
        figures.mutants.append({"name": "twice", "caught": False, "by": ""})
        self.assertEqual(figures.exit_code(), 1)

    def test_faults_are_counted_with_their_times(self):
        figures = Figures(1)
        for value in (0.1, 0.2, 3.0):
            figures.fault("service", value)
        figures.fault("postmaster", None, "not restarted")
        text = figures.text()
        self.assertIn("0.20 s", text)
        self.assertIn("3.00 s", text)
        self.assertIn("not restarted: 1", text)
        self.assertEqual(json.loads(figures.as_json())["faults"]["service"]["times"], 3)


class SomeMutants(unittest.TestCase):
    def test_a_short_run_has_one_of_each_way_to_do_harm_whatever_the_seed(self):
        for seed in range(50):
            names = mutants.some(seed)
            self.assertEqual(len(set(names)), 4)
            self.assertLessEqual(set(names), set(mutants.ALL))
            self.assertTrue(set(names) & set(mutants.PROXIES))
            self.assertTrue(set(names) & set(mutants.STATEMENTS))
