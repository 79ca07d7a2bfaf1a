"""What is stored, read by SQL in one state of the database."""

import base64
import contextlib
import hashlib
import time
import zlib

QUERIES = {
    "submissions": """SELECT s.id, s.idempotency_key AS key, s.sha256, s.bytes, s.state, s.finished_at IS NOT NULL AS finished,
        s.rows_read, s.rows_accepted, s.rows_quarantined, s.rows_refused, s.source_file_id, s.receipt IS NOT NULL AS has_receipt,
        (SELECT encode(sha256(coalesce(string_agg(b.bytes, ''::bytea ORDER BY b.ordinal), '')), 'hex')
            FROM submission_body b WHERE b.submission_id = s.id) AS body_sha256
        FROM submission s""",
    "drafts": "SELECT id, act_id, reason, state FROM act_draft",
    "publications": "SELECT act_id, version, draft_id, source_file_id FROM act_publication",
    "files": """SELECT f.id, f.kind, f.name, f.sha256, f.ended_in, f.rows_read, f.rows_accepted, f.rows_quarantined, f.rows_refused,
        coalesce(r.stored, 0) AS rows_stored FROM source_file f
        LEFT JOIN (SELECT source_file_id, count(*) AS stored FROM sismed_row GROUP BY 1) r ON r.source_file_id = f.id""",
    "audit": "SELECT position, action, subject FROM audit_entry ORDER BY position",
    "changes": "SELECT position, recorded_in FROM change ORDER BY position",
    "watches": "SELECT id, everything, state, state_reason FROM watch",
    "messages": "SELECT id, watch_id, positions, changes, until_position, state FROM watch_message WHERE kind = 'change' AND feed_run_id IS NULL",
    # A partition that was filled and never attached.
    "loose_tables": """SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relname ~ '^sismed_row_[0-9]+$'
        AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)""",
}
# Of versions that are kept: of one that was let go of, the description stays. The pieces of a file in a row are one DEFLATE stream without an end.
EXPORTS = """SELECT f.id, f.name, f.sha256, f.bytes, encode(coalesce(string_agg(x.bytes, ''::bytea ORDER BY p.ordinal, x.ordinal), ''), 'base64') AS deflated
    FROM kept_export_file f LEFT JOIN export_file_part p ON p.file_id = f.id LEFT JOIN export_part_piece x ON x.part_id = p.part_id
    WHERE f.id > {known} GROUP BY f.id, f.name, f.sha256, f.bytes"""


def digest(deflated):
    inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(base64.b64decode(deflated))
    except zlib.error as fault:
        return str(fault)
    return "an end within" if inflater.eof else hashlib.sha256(plain).hexdigest()


class Reading:
    """Reads again and again; a file of open data is digested once, since it never changes, and all of them at the last reading."""

    def __init__(self, installation):
        self.installation, self.known_export = installation, 0

    def read(self, last=False):
        queries = {**QUERIES, "exports": EXPORTS.format(known=0 if last else self.known_export)}
        stored = self.installation.rows(queries)
        for file in stored["exports"]:
            file["stored_sha256"] = digest(file.pop("deflated"))
        self.known_export = max([self.known_export, *(file["id"] for file in stored["exports"])])
        return stored

    def wait_until_delivered(self, seconds):
        """Until no message of a watch waits. False when some still do."""
        return self._wait("SELECT count(*) FROM watch_message WHERE state = 'pending'", seconds)

    def wait_until_validated(self, seconds):
        return self._wait("SELECT count(*) FROM submission WHERE finished_at IS NULL", seconds)

    def _wait(self, sql, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                if int(self.installation.psql(sql + ";").strip()) == 0:
                    return True
            time.sleep(0.2)
        return False
