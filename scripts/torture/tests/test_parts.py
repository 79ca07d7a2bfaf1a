"""The plan from a seed, what is sent, and how a client goes on after a lost answer."""

import csv
import http.server
import io
import random
import threading
import unittest

from torture import contents
from torture.__main__ import Plan, number, wanted_faults
from torture.checking import message
from torture.client import NO_ANSWER, Client, Statuses
from torture.faults import KILLS
from torture.ledger import Meant


class Plans(unittest.TestCase):
    def test_the_same_seed_is_the_same_plan_with_so_many_kills_of_each_kind(self):
        def whole(seed):
            plan, kinds = Plan(wanted_faults(""), 20, 0, seed), []
            while (kind := plan.next()) is not None:
                kinds.append(kind)
            return kinds

        kinds = whole(1)
        self.assertEqual(kinds, whole(1))
        self.assertNotEqual(kinds, whole(2))
        self.assertEqual({kind: kinds.count(kind) for kind in KILLS}, {"service": 20, "postmaster": 20, "importer": 20, "both": 2})

    def test_only_what_is_wanted(self):
        self.assertEqual(wanted_faults("service, frozen"), ["service", "frozen"])
        with self.assertRaises(SystemExit):
            wanted_faults("earthquake")
        self.assertEqual((number(""), number("7")), (None, 7))


class Contents(unittest.TestCase):
    def test_no_two_bodies_are_the_same_and_their_rows_are_counted(self):
        made = contents.Contents(random.Random(1), contents.report_rows(), 1)
        bodies = [made.submission() for _ in range(50)] + [made.file() for _ in range(50)]
        self.assertEqual(len({contents.sha256(body) for body, _ in bodies}), 100)
        for body, rows in bodies:
            self.assertEqual(len(list(csv.DictReader(io.StringIO(body.decode())))), rows)

    def test_a_second_version_names_the_first_one(self):
        first, second = (contents.draft(130, version, "19914312-20", 25_000, "k") for version in (1, 2))
        self.assertEqual((first["supersedes"], second["supersedes"]), ([], ["circular-130-2026"]))


class Tries(unittest.TestCase):
    def test_a_lost_answer_and_a_later_are_tried_again_with_the_same_key(self):
        answers, keys = [None, 503, 201], []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                self.rfile.read(int(self.headers["content-length"]))
                keys.append(self.headers["Idempotency-Key"])
                status = answers.pop(0)
                if status is not None:
                    self.send_response(status)
                    self.send_header("content-length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            statuses, meant = Statuses(), Meant("draft", "k1")
            answer = Client(server.server_address[1], statuses, random.Random(1)).write(meant, "/", b"x", "text/csv", gives_up=0)
            self.assertEqual((answer.status, keys, meant.tries), (201, ["k1"] * 3, 3))
            self.assertEqual(statuses.all(), {"201": 1, "503": 1, NO_ANSWER: 1})
            answers[:] = [None]
            gives_up = Client(server.server_address[1], statuses, random.Random(1))
            self.assertIsNone(gives_up.write(Meant("draft", "k2"), "/", b"x", "text/csv", gives_up=1))
        finally:
            server.shutdown()
            server.server_close()

    def test_the_first_500_of_an_operation_is_kept(self):
        statuses = Statuses()
        for draft in ("dAAAAAAAAAA", "dBBBBBBBBBB"):
            statuses.count(500, "POST", f"/v1/act-drafts/{draft}/approval?lang=en", draft.encode())
        statuses.count(503, "GET", "/")
        self.assertEqual(statuses.faults(), {"POST /v1/act-drafts/{id}/approval": "dAAAAAAAAAA"})
        self.assertEqual(statuses.faults(), {})


class LogLines(unittest.TestCase):
    def test_the_same_fault_counts_once(self):
        lines = ('{"timestamp":"%d","level":"ERROR","message":"internal error: write failed","error":"no file"}' % at for at in (1, 2))
        self.assertEqual({message(line) for line in lines}, {"internal error: write failed no file"})
        self.assertEqual(message("thread 'x' panicked at y\n"), "thread 'x' panicked at y")


class Rows(unittest.TestCase):
    def test_only_rows_that_no_rule_sets_aside_are_drawn_from(self):
        rows = contents.report_rows()
        self.assertGreater(len(rows), 100)
        self.assertTrue(all(1 <= int(row[3]) <= 12 and row[7] in "ABCD" and float(row[8]) <= float(row[9]) for row in rows))
        sound = dict(zip(contents.FORMS, rows[0]))
        for name, value in (("MesFactura", "13"), ("CodUnidadFactura", "X"), ("ValorMinimo", "N/D"), ("ValorMinimo", "0"), ("CodTipoOperacion", "")):
            self.assertFalse(contents.is_whole({**sound, name: value}), name)
        self.assertTrue(contents.is_whole(sound))
