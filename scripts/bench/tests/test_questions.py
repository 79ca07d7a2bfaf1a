"""Labels of the search, and the statement that pgbench runs."""

import random
import re
import unittest

from bench import goals_import, goals_reads
from bench.labels import Label, can_be_right, with_typo

ROW = {"cum": "1-2", "brand": "DOLEX FORTÉ", "ingredients": ["ACETAMINOFÉN"], "strength": "500 mg / TABLETA"}


class Labels(unittest.TestCase):
    def test_the_right_product_has_all_the_words_not_only_the_first(self):
        self.assertTrue(Label("dolex fort", "prefix", words=["dolex", "forte"]).is_right(ROW))
        self.assertTrue(Label("x", "ingredient", words=["acetaminofen", "500"]).is_right(ROW))
        self.assertFalse(Label("x", "brand", words=["dolex", "gripa"]).is_right(ROW))

    def test_a_cum_is_right_for_itself_only(self):
        self.assertTrue(Label("1-02", "CUM", cum="1-2").is_right(ROW))
        self.assertFalse(Label("1-3", "CUM", cum="1-3").is_right(ROW))

    def test_labels_of_products_that_are_not_there_are_left_out(self):
        there, elsewhere = Label("dolex", "by hand", words=["dolex"]), Label("nexium", "by hand", words=["nexium"])
        self.assertEqual(can_be_right([there, elsewhere], [ROW]), [there])

    def test_a_typo_keeps_the_first_letter_and_changes_little(self):
        chance = random.Random(1)
        for _ in range(100):
            wrong = with_typo("omeprazol", chance)
            self.assertTrue(wrong.startswith("o") and 8 <= len(wrong) <= 10, wrong)


class Pgbench(unittest.TestCase):
    def test_every_key_is_chosen_by_its_number(self):
        keys = [7, 11, 13, 17, 19]
        tree = goals_reads.choice(keys, 0)
        python = re.sub(r"CASE WHEN (.*?) THEN", r"(\1) and", tree)
        self.assertEqual(python.count("END"), 4)
        for number, key in enumerate(keys):
            self.assertEqual(chosen(tree, number), key)

    def test_the_statement_stays_and_absent_filters_are_null(self):
        text = "-- What. $1 a, $2 b\nSELECT 1 WHERE a = $1 AND b = $2\n AND ($3::date IS NULL)\n"
        script = goals_reads.pgbench_script([(text, [":expediente", ":consecutive"])], ["5-3", "8-1"])
        self.assertIn("SELECT 1 WHERE a = :expediente AND b = :consecutive  AND (NULL::date IS NULL);", script)
        self.assertIn("CASE WHEN :at < 1 THEN 500003 ELSE 800001 END", script)
        self.assertNotIn("BEGIN", script)

    def test_several_statements_are_of_one_state(self):
        script = goals_reads.pgbench_script([("SELECT $1", ["1"]), ("SELECT $2, $10", ["1", "2"])], ["5-3"])
        self.assertTrue(script.endswith("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSELECT 1;\nSELECT 2, NULL;\nCOMMIT;\n"))


def chosen(tree, at):
    """Walks the tree as pgbench does."""
    words = tree.split()

    def walk(place):
        if words[place] != "CASE":
            return int(words[place]), place + 1
        limit = int(words[place + 4])
        left, place = walk(place + 6)
        right, place = walk(place + 1)
        return (left if at < limit else right), place + 1

    return walk(0)[0]


class ServerLog(unittest.TestCase):
    def test_the_statement_that_attaches_a_partition_is_found_by_its_own_entry(self):
        log = ("2026-11-23 16:57:30.100 UTC [7] app LOG:  duration: 12.5 ms  statement: COPY sismed_row_4 FROM STDIN\n"
               "2026-11-23 16:57:30.110 UTC [7] app LOG:  duration: 5.5 ms  parse s1: -- Indexes.\n\tSELECT attach_report_partition($1, $2)\n"
               "2026-11-23 16:57:31.000 UTC [9] psql LOG:  duration: 9000 ms  statement: CHECKPOINT\n"
               "2026-11-23 16:57:32.610 UTC [7] app LOG:  duration: 2500.250 ms  execute s1: -- Indexes.\n\tSELECT attach_report_partition($1, $2)\n"
               "2026-11-23 16:57:32.620 UTC [7] app DETAIL:  parameters: $1 = '4', $2 = NULL\n")
        self.assertEqual(goals_import.indexing(log), 2.50025)
        self.assertIsNone(goals_import.indexing("2026-11-23 16:57:32.610 UTC [7] app LOG:  duration: 3 ms  statement: SELECT 1\n"))
