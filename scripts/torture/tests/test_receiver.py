"""The receiver: signatures, repetitions, a challenge, and failures on purpose."""

import json
import random
import unittest

from torture.ledger import Ledger
from torture.receiver import Receiver, signed

SECRET = "whsec_MDEyMzQ1Njc4OQ=="


def message(*positions, kind="changes", **data):
    changes = [{"position": position} for position in positions]
    return json.dumps({"type": kind, "data": data or {"count": len(changes), "changes": changes}}).encode()


class Receiving(unittest.TestCase):
    def setUp(self):
        self.ledger = Ledger()
        self.receiver = Receiver(self.ledger, random.Random(1), fails=0)
        self.addCleanup(self.receiver.stop)
        self.receiver.secrets["all"] = SECRET

    def take(self, identity, body, signature=None):
        signature = signature or signed(SECRET, identity, "9", body)
        headers = {"webhook-id": identity, "webhook-timestamp": "9", "webhook-signature": f"v1,{signature}"}
        return self.receiver.take("all", headers, body)

    def noticed(self):
        return [violation.kind for violation in self.ledger.noticed()]

    def test_what_comes_is_kept_and_the_same_again_is_no_violation(self):
        body = message(4, 5)
        self.assertEqual([self.take("m1", body)[0], self.take("m1", body)[0]], [200, 200])
        got = self.receiver.received()["m1"]
        self.assertEqual((got.positions, got.count, got.taken, got.times), ((4, 5), 2, 2, 2))
        self.assertEqual(self.noticed(), [])

    def test_another_body_and_a_wrong_signature_are_noticed(self):
        self.take("m1", message(4))
        self.take("m1", message(5))
        self.take("m2", message(6), signature="AAAA")
        self.assertEqual(self.noticed(), ["watch message with two bodies", "watch message without its signature"])

    def test_a_challenge_is_answered_and_is_no_message(self):
        self.assertEqual(self.take("m0", message(kind="challenge", challenge="c-1")), (200, b"c-1"))
        self.assertEqual(self.receiver.received(), {})

    def test_a_failure_on_purpose_is_not_taken_and_the_forgetful_one_keeps_nothing(self):
        self.receiver.fails = 1
        self.assertIn(self.take("m1", message(4))[0], (500, None))
        self.assertEqual(self.receiver.received()["m1"].taken, 0)
        self.receiver.fails, self.receiver.forgets = 0, True
        self.assertEqual(self.take("m2", message(5)), (200, b""))
        self.assertNotIn("m2", self.receiver.received())
