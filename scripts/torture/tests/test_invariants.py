"""Fabricated ledgers and rows: each kind of harm is found, and a sound state has none."""

import copy
import unittest

from torture import invariants
from torture.ledger import Ledger, Meant
from torture.receiver import Got

COUNTS = {"rows_read": 3, "rows_accepted": 2, "rows_quarantined": 1, "rows_refused": 0}


def sound():
    """One submission, one act, one import, all acknowledged and stored; and a message for what they changed."""
    ledger = Ledger()
    ledger.acknowledged(ledger.means(Meant("submission", "k1", "aa", 3)), id="s1", **COUNTS)
    ledger.acknowledged(ledger.means(Meant("draft", "k2")), id="d1")
    about = {"draft": "d1", "act": "circular-1-2026"}
    ledger.acknowledged(ledger.means(Meant("approval", "k2-a", about=about)))
    ledger.acknowledged(ledger.means(Meant("publication", "k2-p", about=about)), version=1)
    ledger.acknowledged(ledger.means(Meant("import", "bb", "bb", 3)))
    stored = {
        "submissions": [{"id": "s1", "key": "k1", "sha256": "aa", "bytes": 9, "state": "partly_quarantined", "finished": True, "source_file_id": 4,
                         "has_receipt": True, "body_sha256": "aa", **COUNTS}],
        "drafts": [{"id": "d1", "act_id": "circular-1-2026", "reason": "k2", "state": "published"}],
        "publications": [{"act_id": "circular-1-2026", "version": 1, "draft_id": "d1", "source_file_id": 5}],
        "files": [
            {"id": 1, "kind": "sismed", "name": "sample", "sha256": "00", "ended_in": None, "rows_stored": 2, **COUNTS},
            {"id": 4, "kind": "submission", "name": "s1", "sha256": "aa", "ended_in": None, "rows_stored": 2, **COUNTS},
            {"id": 5, "kind": "publication", "name": "v1", "sha256": "cc", "ended_in": None, "rows_stored": 0, "rows_read": 1, "rows_accepted": 1,
             "rows_quarantined": 0, "rows_refused": 0},
            {"id": 6, "kind": "sismed", "name": "reports", "sha256": "bb", "ended_in": None, "rows_stored": 2, **COUNTS},
        ],
        "audit": [{"position": place + 1, "action": action, "subject": subject} for place, (action, subject) in enumerate((
            ("bootstrap_keys", "k"), ("receive_submission", "s1"), ("accept_submission", "s1"), ("create_act_draft", "d1"),
            ("approve_act_draft", "d1"), ("publish_act", "d1")))],
        "changes": [{"position": 1, "recorded_in": 1}, {"position": 2, "recorded_in": 5}, {"position": 3, "recorded_in": 6}],
        "watches": [{"id": "w1", "everything": True, "state": "active", "state_reason": None}],
        "messages": [
            {"id": "m1", "watch_id": "w1", "positions": [2], "changes": 1, "until_position": 2, "state": "delivered"},
            {"id": "m2", "watch_id": "w1", "positions": [3], "changes": 1, "until_position": 3, "state": "delivered"},
        ],
        "loose_tables": [], "exports": [{"id": 1, "name": "acts.csv", "sha256": "dd", "bytes": 1, "stored_sha256": "dd"}],
    }
    received = {name: Got("all", "ee", (position,), 1, taken=1, times=2) for name, position in (("m1", 2), ("m2", 3))}
    return ledger, stored, received


def kinds(ledger, stored, received, delivered=True):
    found = invariants.all_of(ledger, stored, {1}) + invariants.watches(stored, "w1", 1, received, delivered)
    return {violation.kind for violation in found}


class Sound(unittest.TestCase):
    def test_a_sound_state_has_no_violation(self):
        self.assertEqual(kinds(*sound()), set())

    def test_what_was_given_up_may_be_stored_or_not(self):
        ledger, stored, received = sound()
        ledger.abandoned(ledger.means(Meant("submission", "k9", "99", 1)))
        self.assertEqual(kinds(ledger, stored, received), set())
        self.assertEqual(invariants.stored_without_answer(ledger, stored), 0)
        ledger.abandoned(ledger.of("submission")[0])
        self.assertEqual(kinds(ledger, stored, received), set())
        self.assertEqual(invariants.stored_without_answer(ledger, stored), 1)

    def test_a_message_on_its_way_is_no_loss_yet(self):
        ledger, stored, received = sound()
        stored["messages"][1]["state"] = "pending"
        del received["m2"]
        self.assertEqual(kinds(ledger, stored, received, delivered=False), set())
        self.assertEqual(kinds(ledger, stored, received), {"message never delivered"})


class Harm(unittest.TestCase):
    def found(self, harm):
        ledger, stored, received = sound()
        stored = copy.deepcopy(stored)
        harm(ledger, stored, received)
        return kinds(ledger, stored, received)

    def test_losses(self):
        self.assertIn("acknowledged submission lost", self.found(lambda ledger, stored, _: stored["submissions"].clear()))
        self.assertIn("acknowledged draft lost", self.found(lambda ledger, stored, _: stored["drafts"].clear()))
        self.assertIn("acknowledged approval lost", self.found(lambda ledger, stored, _: stored["drafts"][0].update(state="draft")))
        self.assertIn("acknowledged publication lost", self.found(lambda ledger, stored, _: stored["publications"].clear()))
        self.assertIn("acknowledged import lost", self.found(lambda ledger, stored, _: stored["files"].pop()))

    def test_what_was_not_meant_and_what_is_there_twice(self):
        def twice(name, **other):
            return self.found(lambda ledger, stored, _: stored[name].append({**stored[name][-1], **other}))

        self.assertIn("submission that was not meant", twice("submissions", id="s2", key="k7"))
        self.assertIn("submission stored twice", twice("submissions", id="s2"))
        self.assertIn("draft that was not meant", twice("drafts", id="d2", reason="k7"))
        self.assertIn("draft stored twice", twice("drafts", id="d2"))
        self.assertIn("import that was not meant", twice("files", id=7, sha256="77"))
        self.assertIn("import stored twice", twice("files", id=7))
        self.assertIn("publication that was not meant", twice("publications", draft_id="d7", version=2))
        self.assertIn("publication stored twice", twice("publications", version=2))
        self.assertIn("versions of an act with a gap", twice("publications", draft_id="d7", version=3))

    def test_other_contents(self):
        def with_(name, place, **other):
            return self.found(lambda ledger, stored, _: stored[name][place].update(other))

        self.assertIn("submission with other bytes", with_("submissions", 0, body_sha256="ab"))
        self.assertIn("submission with another number of rows", with_("submissions", 0, rows_read=4, rows_accepted=3))
        self.assertIn("submission differs from its acknowledgement", with_("submissions", 0, rows_accepted=1, rows_quarantined=2))
        self.assertIn("submission differs from its rows", with_("submissions", 0, source_file_id=9))
        self.assertIn("accepted submission without receipt or rows", with_("submissions", 0, has_receipt=False))
        self.assertIn("publication differs from its acknowledgement", with_("publications", 0, version=2))
        self.assertIn("import with another number of rows", with_("files", 3, rows_read=4, rows_refused=1))
        self.assertIn("rows do not add up", with_("files", 3, rows_read=4))
        self.assertIn("accepted rows are not the stored ones", with_("files", 3, rows_stored=1))
        self.assertIn("export differs from its digest", with_("exports", 0, stored_sha256="de"))
        self.assertIn("partition that was never attached", self.found(lambda _, stored, __: stored["loose_tables"].append({"name": "sismed_row_9"})))

    def test_audit_log(self):
        self.assertIn("audit log with a gap", self.found(lambda _, stored, __: stored["audit"].pop(2)))
        without = self.found(lambda _, stored, __: stored["audit"].pop())
        self.assertEqual(without, {"audit entries differ from the writes"}, "cut off at its end there is no gap")
        again = self.found(lambda _, stored, __: stored["audit"].append({"position": 7, "action": "publish_act", "subject": "d1"}))
        self.assertEqual(again, {"audit entries differ from the writes"})

    def test_changes_and_watches(self):
        self.assertIn("feed of changes with a gap", self.found(lambda _, stored, __: stored["changes"].pop(1)))
        self.assertIn("publication without a change", self.found(lambda _, stored, __: stored["changes"][1].update(recorded_in=6)))
        self.assertIn("changes not in exactly one message", self.found(lambda _, stored, __: stored["messages"].pop(0)))
        self.assertIn("changes without a message", self.found(lambda _, stored, __: stored["messages"].pop(1)))
        again = self.found(lambda _, stored, __: stored["messages"].append({**stored["messages"][1], "id": "m3", "state": "pending"}))
        self.assertIn("changes not in exactly one message", again)
        self.assertIn("message said to be delivered", self.found(lambda _, __, received: received.pop("m1")))
        self.assertIn("message with other contents", self.found(lambda _, __, received: setattr(received["m1"], "positions", (3,))))
        self.assertIn("message that is not stored", self.found(lambda _, __, received: received.update(m9=Got("all", "", (9,), 1))))
        self.assertIn("watch is not active", self.found(lambda _, stored, __: stored["watches"][0].update(state="disabled")))


class Ledgers(unittest.TestCase):
    def test_nothing_is_meant_twice(self):
        ledger = Ledger()
        ledger.means(Meant("draft", "k"))
        with self.assertRaises(ValueError):
            ledger.means(Meant("draft", "k"))

    def test_a_refusal_is_noticed_once_and_what_was_refused_must_not_be_stored(self):
        ledger, stored, _ = sound()
        ledger.refused(ledger.of("draft")[0], 409, "conflict")
        self.assertEqual([one.kind for one in ledger.noticed()], ["unexpected refusal"])
        self.assertEqual(ledger.noticed(), [])
        self.assertIn("draft stored although refused", {one.kind for one in invariants.all_of(ledger, stored, {1})})
