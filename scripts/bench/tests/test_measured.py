"""What a program took is its own, whatever the one that measures holds."""

import os
import sys
import unittest

from bench.dataset import measured


class Measured(unittest.TestCase):
    def test_the_memory_of_the_measuring_process_is_not_counted(self):
        held = bytearray(os.urandom(1)) * (200 << 20)
        code, said, faults, seconds, peak_mib = measured([sys.executable, "-I", "-S", "-c", "print('done')"], dict(os.environ))
        self.assertEqual((code, said, faults, len(held)), (0, "done\n", "", 200 << 20))
        self.assertLess(peak_mib, 100)
        self.assertGreater(seconds, 0)

    def test_how_a_program_ends_is_told(self):
        code, _, faults, _, _ = measured([sys.executable, "-I", "-S", "-c", "import sys; sys.exit('no')"], dict(os.environ))
        self.assertEqual((code, faults), (1, "no\n"))
