"""A receiver of watches on this machine: checks each signature, keeps what came, and now and then fails on purpose."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
from dataclasses import dataclass

from .ledger import Violation


@dataclass
class Got:
    watch: str
    sha256: str
    positions: tuple
    count: int
    # Taken: the receiver said so.
    taken: int = 0
    times: int = 0


def signed(secret, identity, seconds, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, f"{identity}.{seconds}.".encode() + body, hashlib.sha256).digest()).decode()


class Receiver:
    def __init__(self, ledger, random, fails=0.02):
        self.ledger, self.random, self.fails = ledger, random, fails
        self._lock = threading.Lock()
        self.got, self.secrets = {}, {}
        # A mutant: what is received is taken and forgotten.
        self.forgets = False
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802, the name that http.server calls
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, answer = receiver.take(self.path.strip("/"), self.headers, body)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-type", "text/plain")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def take(self, name, headers, body):
        """The status and the body to answer; None: hang up without any."""
        identity, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        with self._lock:
            secret = self.secrets.get(name)
            offered = {one.partition(",")[2] for one in headers.get("webhook-signature", "").split()}
            if secret and signed(secret, identity, seconds, body) not in offered:
                self.ledger.seen(Violation("watch message without its signature", identity, name))
            message = json.loads(body)
            data = message["data"]
            if message["type"] == "challenge":
                # Asks whether the messages are wanted; it is no message itself.
                return 200, data["challenge"].encode()
            if self.forgets:
                return 200, b""
            digest = hashlib.sha256(body).hexdigest()
            positions = tuple(int(change["position"]) for change in data["changes"])
            got = self.got.setdefault(identity, Got(name, digest, positions, int(data["count"])))
            got.times += 1
            if got.sha256 != digest:
                self.ledger.seen(Violation("watch message with two bodies", identity, f"{got.sha256} and {digest}"))
            chance = self.random.random()
            if chance < self.fails:
                return (500, b"") if chance < self.fails / 2 else (None, b"")
            got.taken += 1
            return 200, b""

    def received(self):
        with self._lock:
            return dict(self.got)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
