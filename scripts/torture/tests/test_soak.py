"""What the soak calls flat."""

import unittest

from torture.soak import RSS_MEBIBYTES_MAX, Sample, judged


def series(count=60, **grows):
    """Samples of ten seconds; each named figure grows by so much in each of them."""
    still = {"rss_mib": 150.0, "descriptors": 30, "threads": 12, "spool": 0, "database_mib": 100, "connections": 8, "acknowledged": 0}
    return [Sample(at=10.0 * place, **{name: value + grows.get(name, 0) * place for name, value in still.items()}) for place in range(count)]


class Flat(unittest.TestCase):
    def test_what_stands_still_is_flat_and_a_database_may_grow(self):
        self.assertEqual(judged(series()), [])
        self.assertEqual(judged(series(database_mib=5, acknowledged=20)), [])

    def test_a_leak_of_each_kind_is_found(self):
        for name, step in (("rss_mib", 0.5), ("descriptors", 0.4), ("threads", 0.2), ("spool", 0.1)):
            faults = judged(series(**{name: step}))
            self.assertEqual([fault.partition(":")[0] for fault in faults], [name])

    def test_what_goes_up_and_down_is_flat_and_a_leak_in_it_is_found(self):
        rises, leaks = series(180), series(180, descriptors=0.25)
        for place, one in enumerate((*rises, *leaks)):
            one.descriptors += (0, 14, 3, 25, 8)[place % 5]
        self.assertEqual(judged(rises), [])
        self.assertEqual([fault.partition(":")[0] for fault in judged(leaks)], ["descriptors"])

    def test_what_grew_in_the_first_half_only_is_flat(self):
        samples = series(descriptors=1)
        for one in samples[30:]:
            one.descriptors = 60
        self.assertEqual(judged(samples), [])

    def test_one_odd_sample_is_no_leak_but_the_most_memory_is_judged(self):
        samples = series()
        samples[-1].rss_mib = RSS_MEBIBYTES_MAX + 44.0
        self.assertEqual(judged(samples), [f"rss_mib: 300 at its most, {RSS_MEBIBYTES_MAX} are allowed"])
