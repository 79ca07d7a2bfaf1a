"""What Schemathesis cannot read in the document: which key opens what, and which rules no schema can state."""

import json
import os
from datetime import datetime

import schemathesis
from hypothesis import strategies as st

# Scope -> key; empty in the run without a key.
KEYS = json.loads(os.environ.get("FUZZ_KEYS", "{}"))

# A schema speaks of one value alone. What follows binds a value to another one, to the clock or to what is stored, so a request may obey
# every schema and still be refused; the refusal must say exactly this, of exactly this place. All else that is refused is a failure.
UNSTATABLE = {
    ("cursor", "invalid_cursor"),  # one that this service gave, to this very question
    ("transaction", "ambiguous_sale"),  # either transaction, or channel and stage
    ("transaction", "missing"),  # one of the two
    ("to", "empty_period"),  # later than `from`
}

schemathesis.openapi.format("date-time", st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1)).map(lambda one: f"{one.isoformat()}Z"))


@schemathesis.auth()
class ByScope:
    """A key that the operation's own security requirement asks for."""

    def get(self, case, context):
        required = context.operation.definition.raw.get("security", [])
        scopes = [scope for one in required for scope in one.get("api_key", [])]
        return next((KEYS[scope] for scope in scopes if scope in KEYS), None)

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    faults = response.json().get("errors", [])
    stated = [(fault.get("parameter") or fault.get("pointer"), fault["code"]) for fault in faults]
    return not stated or any(place not in UNSTATABLE for place in stated)
