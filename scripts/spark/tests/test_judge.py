"""A task and the program that it feeds: every row is answered in its order, or the task fails and says why."""

import io
import os
import pathlib
import stat
import sys
import tempfile
import unittest

try:
    import pyarrow
except ImportError:
    pyarrow = None

from spark import judge

COLUMNS = ["NoExpediente", "CodUnidadFactura", *judge.AMOUNTS]
# Answers each line after the header, as `termometro judge` does, with the second cell as the verdict and the rest as it came.
PROGRAM = """#!{python}
import sys
header, *lines = sys.stdin.read().splitlines()
assert header == "{header}" and sys.argv[1:] == ["judge", "--law", "law.ndjson", "-"]
print("line,row,cum,period,transaction,operation,verdict,reason,minimum,average,maximum,another_unit_fits,column")
for number, line in enumerate(lines, start=2):
    {each}
"""
ANSWER = """print(f'{number},accepted,{line.split(",")[0]},2020-06,1,VN,above,,"{line}",x,y,false,')"""


def batch(first, count, minimum="1.234"):
    column = lambda text: pyarrow.array([text] * count, pyarrow.string())
    cells = [pyarrow.array([str(first + at) for at in range(count)]), column("A"), column(minimum), column("12"), column("3.5"), column("7")]
    return pyarrow.record_batch([column("a.csv"), pyarrow.array(range(first, first + count), pyarrow.int64()), *cells], names=["file", "line", *COLUMNS])


@unittest.skipUnless(pyarrow, "needs pyarrow: make test-spark runs it")
class Tasks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def judged(self, batches, each=ANSWER, text=PROGRAM):
        program = pathlib.Path(self.folder.name) / "program"
        program.write_text(text.format(python=sys.executable, header=",".join(COLUMNS), each=each))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        found = pyarrow.Table.from_batches(list(judge.judged(iter(batches), str(program), "law.ndjson")))
        return found.to_pylist()

    def test_every_row_is_answered_beside_itself(self):
        rows = self.judged([batch(100, 3), batch(500, 0), batch(700, 30_000)])
        self.assertEqual([row["line"] for row in rows], [100, 101, 102, *range(700, 30_700)])
        self.assertTrue(all(row["cum"] == str(row["line"]) for row in rows))
        self.assertEqual((rows[0]["file"], rows[0]["unit"], rows[0]["units"], rows[0]["value"]), ("a.csv", "A", "3.5", "7"))

    def test_three_decimals_are_sent_as_four(self):
        self.assertEqual(self.judged([batch(1, 1)])[0]["minimum"], "1,A,1.2340,12,3.5,7")
        for text in ("1.23", "1234.567", "1.2345", "no hay", "-", ""):
            self.assertEqual(self.judged([batch(1, 1, text)])[0]["minimum"], f"1,A,{text},12,3.5,7")

    def test_a_cell_with_a_comma_stays_one_cell(self):
        sent = bytes(judge.as_csv(pyarrow.record_batch([pyarrow.array(["1,5", "2"])], names=["a"]))).decode()
        self.assertEqual(sent, '"1,5"\n"2"\n')

    def test_no_rows_need_no_program(self):
        self.assertEqual(list(judge.judged(iter([batch(1, 0)]), "/no/such/program", "law.ndjson")), [])

    def test_a_program_that_fails_fails_the_task_with_its_words(self):
        failing = "#!{python}\nimport sys\n{each}\nsys.exit('this is no law')\n"
        for each in ("sys.stdin.read()", "pass"):
            with self.assertRaisesRegex(judge.ProgramFailed, "ended with 1: this is no law"):
                self.judged([batch(1, 200_000)], each, failing)

    def test_a_program_that_stops_reading_and_ends_well_fails_the_task(self):
        with self.assertRaisesRegex(judge.ProgramFailed, "ended with 0"):
            self.judged([batch(1, 200_000)], "pass", "#!{python}\n{each}\n")

    def test_a_row_without_its_answer_fails_the_task(self):
        for each in (f"if number != 3: {ANSWER}", f"if number < 4: {ANSWER}", f"{ANSWER}; number == 4 and print('5' + ',x' * 12)"):
            with self.assertRaises(judge.ProgramFailed):
                self.judged([batch(1, 3)], each)

    def test_other_columns_fail_the_task(self):
        with self.assertRaisesRegex(judge.ProgramFailed, "other columns"):
            self.judged([batch(1, 1)], text=PROGRAM.replace("another_unit_fits,", ""), each="print(f'{number}' + ',x' * 11)")

    def test_where_the_rows_end_in_a_fault_nothing_is_answered(self):
        def batches():
            yield batch(1, 3)
            raise OSError("the file is gone")

        with self.assertRaisesRegex(OSError, "gone"):
            self.judged(batches())


@unittest.skipUnless(pyarrow, "needs pyarrow: make test-spark runs it")
class Partitions(unittest.TestCase):
    def test_every_line_is_a_row_with_its_number_or_left_out(self):
        import pyarrow.parquet

        from spark import partition

        header = "AnnioCorte,MesFactura," + ",".join(partition.AMOUNTS)
        lines = ["\ufeff" + header + "\r\n", "2020,6,1.5,2,3,4\r\n", "\r\n", "2020,6,1,2\r\n", '2020,7,"1,2,3,4\r\n', "2020,7,1,,3,x\r\n"]
        with tempfile.TemporaryDirectory() as folder:
            left_out = io.StringIO()
            names, written = partition.partition(pathlib.Path("a.csv"), iter(lines), pathlib.Path(folder), "0.parquet", partition.csv.writer(left_out))
            self.assertEqual((names, written, left_out.getvalue().split()), (header.split(","), 2, ["a.csv,4", "a.csv,5"]))
            self.assertEqual(sorted(os.listdir(folder)), ["month=2020-06", "month=2020-07"])
            rows = pyarrow.parquet.ParquetFile(f"{folder}/month=2020-07/0.parquet").read().to_pylist()
            self.assertEqual([list(row.values()) for row in rows], [["a.csv", 6, "2020", "7", "1", "", "3", "x"]])
