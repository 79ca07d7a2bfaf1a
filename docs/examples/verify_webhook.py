"""Checks a webhook of Termómetro (Standard Webhooks) with Python's own library. Give it the raw body, exactly as it came."""
import base64
import hashlib
import hmac
import json
import time

TOLERANCE_SECONDS = 300


def verify(secret: str, headers: dict, body: bytes, now: float | None = None) -> bool:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs((now or time.time()) - int(timestamp)) > TOLERANCE_SECONDS:
        return False  # an old message, sent again by somebody else
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # While a secret is being changed there are two signatures: one of them must fit.
    given = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(signature, expected) for version, signature in given)


def challenge_in(body: bytes) -> str | None:
    """The first message asks whether you want the others: answer 200 with this as the body. Of any other message: None."""
    message = json.loads(body)
    return message["data"]["challenge"] if message["type"] == "challenge" else None
