"""Who is the primary by what the servers say, when writes went again, and that the document shows the file that the run uses."""

import pathlib
import threading
import unittest

from failover.cluster import CONFIGURATION, leader_of_whole
from failover.probes import WriteProbe

DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / "docs" / "replicas.md"


def view(leader, sync, other, state="streaming"):
    return [{"name": leader, "role": "leader", "state": "running"}, {"name": sync, "role": "sync_standby", "state": "streaming"},
            {"name": other, "role": "replica", "state": state}]


class Whole(unittest.TestCase):
    def test_all_must_see_the_same(self):
        self.assertEqual(leader_of_whole([view("two", "one", "three")] * 3), "two")
        self.assertIsNone(leader_of_whole([view("two", "one", "three")] * 2 + [view("one", "two", "three")]), "what was frozen sees what was")
        self.assertIsNone(leader_of_whole([view("two", "one", "three")] * 2 + [[]]), "one says nothing")

    def test_two_standbys_must_follow(self):
        self.assertIsNone(leader_of_whole([view("two", "one", "three", state="stopped")] * 3))
        self.assertIsNone(leader_of_whole([view("two", "one", "three")[:2]] * 3))


class Writes(unittest.TestCase):
    def test_a_write_that_was_begun_before_the_fault_does_not_count(self):
        probe = WriteProbe.__new__(WriteProbe)
        threading.Thread.__init__(probe)
        probe.taken = [(1.0, 1.1), (4.9, 5.2), (8.0, 8.5)]
        self.assertEqual(probe.first_after(5.0), 3.5)
        self.assertIsNone(probe.first_after(8.1))


class Document(unittest.TestCase):
    def test_it_shows_the_file_that_the_run_uses(self):
        self.assertIn(CONFIGURATION.read_text(encoding="utf-8").strip(), DOCUMENT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
