"""What must hold after each fault: the stored rows against the ledger, and against each other. Pure: no database, no clock."""

from .ledger import Violation

COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_refused")
# An entry of the audit log for each of these, once: action, and what it is of.
ENDINGS = ("accept_submission", "refuse_submission", "rehearse_submission")


def by(rows, name):
    found = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def once(kind, meant_list, stored, name_of_stored):
    """Each acknowledged one is stored exactly once, no other one twice, and none that was not meant."""
    violations = []
    meant = {one.key: one for one in meant_list}
    for key, rows in stored.items():
        if key not in meant:
            violations.append(Violation(f"{kind} that was not meant", str(key), f"{[name_of_stored(row) for row in rows]}"))
        elif len(rows) > 1:
            violations.append(Violation(f"{kind} stored twice", str(key), f"{[name_of_stored(row) for row in rows]}"))
        elif not meant[key].may_be_stored():
            violations.append(Violation(f"{kind} stored although refused", str(key), name_of_stored(rows[0])))
    for key, one in meant.items():
        if one.must_be_stored() and key not in stored:
            violations.append(Violation(f"acknowledged {kind} lost", str(key), f"said {one.said}, {one.tries} tries"))
    return violations


def submissions(ledger, stored):
    rows = by(stored["submissions"], "key")
    violations = once("submission", ledger.of("submission"), rows, lambda row: row["id"])
    for meant in ledger.of("submission"):
        for row in rows.get(meant.key, []):
            subject = f"{row['id']} ({meant.key})"
            if not meant.sha256 == row["sha256"] == row["body_sha256"]:
                detail = f"sent {meant.sha256}, says {row['sha256']}, has {row['body_sha256']}"
                violations.append(Violation("submission with other bytes", subject, detail))
            if row["finished"] and row["rows_read"] != meant.rows:
                violations.append(Violation("submission with another number of rows", subject, f"sent {meant.rows}, read {row['rows_read']}"))
            for name in ("id", *COUNTS):
                if name in meant.said and meant.said[name] != row[name]:
                    detail = f"{name}: said {meant.said[name]}, is {row[name]}"
                    violations.append(Violation("submission differs from its acknowledgement", subject, detail))
            if row["state"] in ("accepted", "partly_quarantined") and not (row["has_receipt"] and row["source_file_id"]):
                violations.append(Violation("accepted submission without receipt or rows", subject, str(row)))
    return violations


def acts(ledger, stored):
    violations = once("draft", ledger.of("draft"), by(stored["drafts"], "reason"), lambda row: row["id"])
    drafts = {row["id"]: row for row in stored["drafts"]}
    for meant in ledger.of("approval"):
        row = drafts.get(meant.about["draft"])
        if meant.must_be_stored() and (row is None or row["state"] not in ("approved", "published")):
            violations.append(Violation("acknowledged approval lost", meant.key, f"draft {meant.about['draft']} is {row and row['state']}"))
    published = by(stored["publications"], "draft_id")
    meant_of = {one.about["draft"]: one for one in ledger.of("publication")}
    for draft, rows in published.items():
        one = meant_of.get(draft)
        if one is None or not one.may_be_stored():
            violations.append(Violation("publication that was not meant", draft, str(rows)))
        elif len(rows) > 1:
            violations.append(Violation("publication stored twice", draft, str(rows)))
        elif one.must_be_stored() and (rows[0]["act_id"], rows[0]["version"]) != (one.about["act"], one.said["version"]):
            violations.append(Violation("publication differs from its acknowledgement", draft, f"said {one.said}, is {rows[0]}"))
        if drafts.get(draft, {}).get("state") != "published":
            violations.append(Violation("publication of a draft that is not published", draft, str(drafts.get(draft))))
    for draft, one in meant_of.items():
        if one.must_be_stored() and draft not in published:
            violations.append(Violation("acknowledged publication lost", draft, f"said {one.said}"))
    for act, rows in by(stored["publications"], "act_id").items():
        versions = sorted(row["version"] for row in rows)
        if versions != list(range(1, len(versions) + 1)):
            violations.append(Violation("versions of an act with a gap", act, str(versions)))
    return violations


def imports(ledger, stored, first_files):
    """`first_files`: those of the sample, which was there before the load."""
    rows = by([row for row in stored["files"] if row["kind"] == "sismed" and row["id"] not in first_files], "sha256")
    violations = once("import", ledger.of("import"), rows, lambda row: f"file {row['id']}")
    for meant in ledger.of("import"):
        for row in rows.get(meant.sha256, []):
            if row["rows_read"] != meant.rows:
                detail = f"sent {meant.rows}, read {row['rows_read']}"
                violations.append(Violation("import with another number of rows", f"file {row['id']}", detail))
    return violations


def conservation(stored):
    """read = accepted + quarantined + refused, and accepted = rows stored; no partition hangs loose."""
    violations = []
    for row in stored["files"]:
        subject = f"file {row['id']} ({row['kind']}, {row['name']})"
        if row["rows_read"] != row["rows_accepted"] + row["rows_quarantined"] + row["rows_refused"]:
            violations.append(Violation("rows do not add up", subject, str([row[name] for name in COUNTS])))
        if row["kind"] in ("sismed", "submission") and row["rows_stored"] != row["rows_accepted"]:
            detail = f"accepted {row['rows_accepted']}, stored {row['rows_stored']}"
            violations.append(Violation("accepted rows are not the stored ones", subject, detail))
    files = {row["id"]: row for row in stored["files"]}
    for row in stored["submissions"]:
        file = files.get(row["source_file_id"])
        if row["source_file_id"] is not None and (file is None or any(file[name] != row[name] for name in COUNTS)):
            violations.append(Violation("submission differs from its rows", row["id"], f"{[row[name] for name in COUNTS]} and {file}"))
    violations += [Violation("partition that was never attached", row["name"], "") for row in stored["loose_tables"]]
    return violations


def audit(stored):
    """Positions without a gap, and an entry for each stored write, once, and for nothing else."""
    positions = [row["position"] for row in stored["audit"]]
    violations = []
    if positions != list(range(1, len(positions) + 1)):
        violations.append(Violation("audit log with a gap", f"{len(positions)} entries", f"the last is {positions[-1:]}"))
    entries = {}
    for row in stored["audit"]:
        action = "end_submission" if row["action"] in ENDINGS else row["action"]
        entries.setdefault(action, []).append(row["subject"])
    stored_writes = {
        "receive_submission": [row["id"] for row in stored["submissions"]],
        "end_submission": [row["id"] for row in stored["submissions"] if row["finished"]],
        "create_act_draft": [row["id"] for row in stored["drafts"]],
        "approve_act_draft": [row["id"] for row in stored["drafts"] if row["state"] in ("approved", "published")],
        "publish_act": [row["draft_id"] for row in stored["publications"]],
    }
    for action, subjects in stored_writes.items():
        found = entries.get(action, [])
        if sorted(found) != sorted(subjects):
            twice = sorted({subject for subject in found if found.count(subject) > 1})
            missing, beyond = sorted(set(subjects) - set(found)), sorted(set(found) - set(subjects))
            detail = f"without entry {missing}, without write {beyond}, twice {twice}"
            violations.append(Violation("audit entries differ from the writes", action, detail))
    return violations


def exports(stored):
    return [
        Violation("export differs from its digest", f"file {row['id']} ({row['name']})", f"says {row['sha256']}, is {row['stored_sha256']}")
        for row in stored["exports"] if row["stored_sha256"] != row["sha256"]
    ]


def changes(ledger, stored):
    positions = [row["position"] for row in stored["changes"]]
    violations = []
    if positions != list(range(1, len(positions) + 1)):
        violations.append(Violation("feed of changes with a gap", f"{len(positions)} changes", f"the last is {positions[-1:]}"))
    changed = {row["recorded_in"] for row in stored["changes"]}
    acknowledged = {one.about["draft"] for one in ledger.of("publication") if one.must_be_stored()}
    for row in stored["publications"]:
        if row["draft_id"] in acknowledged and row["source_file_id"] not in changed:
            violations.append(Violation("publication without a change", row["draft_id"], f"file {row['source_file_id']}"))
    return violations


def watches(stored, watch, since, received, delivered):
    """`watch` is of everything that changes after position `since`: its messages follow each other without a gap.

    `delivered`: nothing is on its way any more, so that what is missing is lost.
    """
    violations, reached = [], since
    for row in sorted((row for row in stored["messages"] if row["watch_id"] == watch), key=lambda row: row["until_position"]):
        until = row["until_position"]
        if row["changes"] != until - reached or row["positions"] != list(range(reached + 1, reached + 1 + len(row["positions"]))):
            detail = f"{row['changes']} changes up to {until}, those before end at {reached}"
            violations.append(Violation("changes not in exactly one message", row["id"], detail))
        reached = until
    newest = max((row["position"] for row in stored["changes"]), default=since)
    if reached != max(newest, since):
        violations.append(Violation("changes without a message", f"{reached + 1} to {newest}", f"the last message ends at {reached}"))
    for row in stored["messages"]:
        got = received.get(row["id"])
        if row["state"] == "delivered" and (got is None or not got.taken):
            violations.append(Violation("message said to be delivered", row["id"], "the receiver never took it"))
        elif delivered and row["state"] != "delivered":
            violations.append(Violation("message never delivered", row["id"], row["state"]))
        if got is not None and (got.count != row["changes"] or list(got.positions) != row["positions"]):
            violations.append(Violation("message with other contents", row["id"], f"sent {got.count} changes, stored {row['changes']}"))
    known = {row["id"] for row in stored["messages"]}
    violations += [Violation("message that is not stored", identity, got.watch) for identity, got in received.items() if identity not in known]
    stopped = [row for row in stored["watches"] if row["state"] != "active"]
    violations += [Violation("watch is not active", row["id"], f"{row['state']}: {row['state_reason']}") for row in stopped]
    return violations


def all_of(ledger, stored, first_files):
    """Everything but the watches."""
    return [
        *submissions(ledger, stored), *acts(ledger, stored), *imports(ledger, stored, first_files), *conservation(stored), *audit(stored),
        *exports(stored), *changes(ledger, stored),
    ]


def stored_without_answer(ledger, stored):
    """How many writes are there whose answer never arrived: legal, and counted."""
    keys = {row["key"] for row in stored["submissions"]} | {row["reason"] for row in stored["drafts"]} | {row["sha256"] for row in stored["files"]}
    published = {row["draft_id"] for row in stored["publications"]}
    abandoned = [one for kind in ("submission", "draft", "import", "publication") for one in ledger.of(kind) if one.state == "abandoned"]
    return sum(1 for one in abandoned if one.key in keys or (one.kind == "publication" and one.about["draft"] in published))
