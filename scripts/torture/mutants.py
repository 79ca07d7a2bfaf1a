"""Proof that the harness can fail: each mutant does one harm behind the service's back, and the checks must find it.

All of it is in the harness. What stands before the service answers in its place, forwards twice, or the database is changed by its owner.
"""

import hashlib
import http.client
import http.server
import json
import random
import threading
import time

LOAD_SECONDS = 2.0
AT_REST = "at rest"
TRIES = 3
ONE_ROW = """DELETE FROM sismed_row WHERE (part, id) IN (SELECT r.part, r.id FROM sismed_row r JOIN submission s
    ON s.source_file_id = r.source_file_id WHERE s.id = '{id}' LIMIT 1)"""
FLIPPED = "SET bytes = set_byte(bytes, 0, get_byte(bytes, 0) # 1)"
# Triggers and foreign keys are off for the owner of the database, as for somebody who means it.
AS_OWNER = "SET session_replication_role = replica;"


class Proxy:
    """Between the writers and the service: forwards, and does to some writes what `harm` says."""

    def __init__(self, port, harm):
        self.port, self.harm, self.done = port, harm, 0
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # noqa: N802, the name that http.server calls
                self.answer(*proxy.forward("GET", self.path, self.headers, None))

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                harmed = proxy.harm(proxy, self.path, self.headers, body)
                self.answer(*(harmed or proxy.forward("POST", self.path, self.headers, body)))

            def answer(self, status, headers, body):
                self.send_response(status)
                for name in ("content-type", "location"):
                    if headers.get(name):
                        self.send_header(name, headers[name])
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, method, path, headers, body, **other):
        left_out = {"host", "connection", "content-length", *map(str.lower, other)}
        sent = {name: value for name, value in headers.items() if name.lower() not in left_out}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers={**sent, **other})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def swallow(proxy, path, headers, body):
    """Every third submission never reaches the service, and has a receipt all the same."""
    proxy.seen = getattr(proxy, "seen", 0) + path.startswith("/v1/submissions")
    if not path.startswith("/v1/submissions") or proxy.seen % 3:
        return None
    proxy.done += 1
    rows = body.count(b"\n") - 1
    data = {"id": f"s{proxy.done:010d}", "sha256": hashlib.sha256(body).hexdigest(), "state": "accepted", "rows_read": rows, "rows_accepted": rows,
            "rows_quarantined": 0, "rows_refused": 0, "finished_at": "2026-01-01T00:00:00Z", "position": str(proxy.done), "receipt": "eyJ.eyJ.sig"}
    return 201, {"content-type": "application/json"}, json.dumps({"data": data, "meta": {}}).encode()


def twice(proxy, path, headers, body):
    """Every second draft is stored once more, under another key."""
    if path != "/v1/act-drafts":
        return None
    proxy.seen = getattr(proxy, "seen", 0) + 1
    answer = proxy.forward("POST", path, headers, body)
    if answer[0] == 201 and proxy.seen % 2:
        proxy.forward("POST", path, headers, body, **{"Idempotency-Key": headers["Idempotency-Key"] + "-again"})
        proxy.done += 1
    return answer


def twice_submitted(proxy, path, headers, body):
    """Every second submission is sent once more under another key, a row longer."""
    if not path.startswith("/v1/submissions"):
        return None
    proxy.seen = getattr(proxy, "seen", 0) + 1
    answer = proxy.forward("POST", path, headers, body)
    if answer[0] == 201 and proxy.seen % 2:
        more = body + body.strip().rsplit(b"\n", 1)[1] + b"\n"
        proxy.forward("POST", path, headers, more, **{"Idempotency-Key": headers["Idempotency-Key"] + "-again"})
        proxy.done += 1
    return answer


class BySql:
    """A statement by the owner of the database, right after the first acknowledgement of the kind, or once the load stands still."""

    def __init__(self, kind, sql):
        self.kind, self.sql, self.done = kind, sql, 0

    def __call__(self, stage, meant):
        if meant.kind == self.kind and self.done == 0:
            self.carry_out(stage, id=meant.said.get("id", ""), sha256=meant.sha256, **meant.about)

    def carry_out(self, stage, **about):
        sql = self.sql.format(**about)
        changed = stage.installation.psql(f"BEGIN; {AS_OWNER} WITH gone AS ({sql} RETURNING 1) SELECT count(*) FROM gone; COMMIT;")
        self.done = int(changed.strip().splitlines()[-1] or 0)


PROXIES = {"acknowledged by itself": swallow, "draft stored twice": twice, "submission stored twice": twice_submitted}
STATEMENTS = {
    "acknowledged submission deleted": ("submission", "DELETE FROM submission WHERE id = '{id}'"),
    "row of a submission deleted": ("submission", ONE_ROW),
    "byte of a submission changed": ("submission", f"UPDATE submission_body {FLIPPED} " + "WHERE submission_id = '{id}'"),
    "imported file deleted": ("import", "DELETE FROM source_file WHERE sha256 = '{sha256}'"),
    "publication deleted": ("publication", "DELETE FROM act_publication WHERE draft_id = '{draft}'"),
    "end of the audit log cut off": ("publication", "DELETE FROM audit_entry WHERE action = 'publish_act' AND subject = '{draft}'"),
    "message of a watch deleted": ("publication", "DELETE FROM watch_message WHERE number IN (SELECT max(number) FROM watch_message)"),
    # Of all files: some of them may be let go of before the check.
    "pieces of exports changed": (AT_REST, f"UPDATE export_part_piece {FLIPPED} WHERE ordinal = 0"),
}
FORGETFUL = "messages taken and forgotten"
ALL = (*PROXIES, *STATEMENTS, FORGETFUL)


def some(seed):
    """Four of them, for a run that has other things to do: one of each way to do harm, and one more."""
    chosen = random.Random(f"{seed} mutants")
    first = [chosen.choice(list(PROXIES)), "acknowledged submission deleted", FORGETFUL]
    return [*first, chosen.choice([name for name in ALL if name not in first])]


def run(run, names):
    """Each on an installation of its own, without any other fault; what is found is the mutant's and no violation of the run."""
    for name in names:
        found, done = [], 0
        for _ in range(TRIES):
            found, done = one(run, name)
            if done:
                break
        caught = sorted({violation.kind for violation in found})
        words = ", ".join(caught) or f"nothing ({done} times harmed)"
        run.figures.mutants.append({"name": name, "caught": bool(done and caught), "harmed": done, "by": words})
        run.say(f"mutant: {name}: {'caught' if done and caught else 'NOT CAUGHT'} by {words}")


def one(run, name):
    """The violations, and how often harm was done."""
    proxy, harm = None, BySql(*STATEMENTS[name]) if name in STATEMENTS else None

    def before(stage):
        nonlocal proxy
        if name not in PROXIES:
            return None
        proxy = Proxy(stage.installation.port, PROXIES[name])
        return proxy.server.server_address[1]

    stage = run.stage(before=before, fails=0)
    try:
        if harm:
            stage.traffic.after_acknowledgement = lambda meant: harm(stage, meant)
        stage.receiver.forgets = name == FORGETFUL
        stage.traffic.go()
        end = time.monotonic() + LOAD_SECONDS
        while time.monotonic() < end or (time.monotonic() < end + 10 and not enough(stage, proxy, harm)):
            time.sleep(0.1)
        stage.traffic.hold()
        if harm and harm.kind == AT_REST:
            harm.carry_out(stage)
        done = proxy.done if proxy else harm.done if harm else sum(1 for meant in stage.ledger.of("publication") if meant.must_be_stored())
        return stage.checking.check(last=name == FORGETFUL), done
    finally:
        stage.close()
        if proxy:
            proxy.stop()


def enough(stage, proxy, harm):
    if harm:
        return harm.done or harm.kind == AT_REST
    return proxy.done if proxy else any(meant.must_be_stored() for meant in stage.ledger.of("publication"))
