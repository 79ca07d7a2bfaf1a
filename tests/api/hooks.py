"""What Schemathesis cannot read in the document: which key opens what, and which rules no schema can state."""

import json
import os
import uuid
from datetime import datetime

import schemathesis
from hypothesis import strategies as st

# Scope -> key; empty in the run without a key.
KEYS = json.loads(os.environ.get("FUZZ_KEYS", "{}"))

# A schema speaks of one value alone. What follows binds a value to another one, to the clock or to what is stored, so a request may obey
# every schema and still be refused; the refusal must say exactly this, of exactly this place. All else that is refused is a failure.
UNSTATABLE = {
    ("transaction", "ambiguous_sale"),  # either transaction, or channel and stage
    ("transaction", "missing"),  # one of the two
    ("cum", "missing_parameter"),  # either cum, or ium
    ("ium", "ambiguous_code"),  # one of the two
    ("ium", "ium_of_several"),  # by what is stored
    ("index", "ambiguous_leaf"),  # either index, or hash
    ("known_at", "in_the_future"),  # by the clock
    ("to", "empty_period"),  # later than `from`
    ("for", "invalid_value"),  # together with format=csv
    ("regulated_unit", "regulated_unit"),  # together with regulated_units
    ("per", "per"),  # a ceiling is per pack, a market's price per regulated unit
    ("amount", "amount"),  # `Money` is also what is answered, where more digits and zero occur
    ("amount", "malformed_amount"),
    ("price", "ambiguous_amount"),  # of a line's text
    ("line_total", "ambiguous_amount"),
    ("amount", "ambiguous_amount"),  # 33.052 is thirty-three thousand to some; a pattern that says so would refuse what was accepted
    ("ips_margin", "ambiguous_amount"),
    ("mapping", "not_json"),  # a file of its own inside a form; a schema sees only that it is text
    ("mapping", "not_an_object"),
    ("mapping", "unknown_version"),
    ("mapping", "malformed_mapping"),
    ("mapping", "malformed_settled_reading"),
    ("title", "title"),  # the act's id is made from it
    ("target", "missing"),  # of a petition: a market or product, by its subject and by what is stored
    ("target", "unknown_target"),
    ("target", "malformed_cum"),
    ("request", "too_short"),  # without the space around it
    ("request", "missing"),
    ("reasons", "missing"),
    ("request", "link"),  # of public texts
    ("reasons", "link"),
    ("request", "personal_data"),
    ("reasons", "personal_data"),
    ("text", "missing"),  # of a report: a code or a text
    ("text", "personal_data"),
    ("question", "missing"),
    ("question", "personal_data"),
    ("bought_on", "in_the_future"),
    ("bought_on", "too_old"),
    ("municipality", "unknown_municipality"),
    ("usable", "product_not_known"),  # by what was reported
    ("closes_on", "out_of_range"),  # of a consultation: after today, or after the day on which it would close
    ("text", "missing"),
    ("text", "personal_data"),
    ("on_behalf_of", "personal_data"),
    ("interest_declared", "missing"),  # together with on_behalf_of
    ("proposed_value", "ambiguous_amount"),
    ("comments", "missing"),  # either comments, or their group
    ("comments", "other_words"),
    ("group", "unknown_group"),
    ("changed_lines", "line_not_changed"),
    ("same_reason_as", "same_reason"),
    ("same_reason_as", "other_reason"),
    ("same_reason_as", "not_refused"),
    ("contact", "invalid_value"),  # an address or a telephone
    ("text", "too_short"),  # of a correction, without the space around it
    ("text", "missing"),
    ("text", "link"),
    ("text", "personal_data"),
    ("cum", "unknown_target"),  # by what is stored
    ("cum", "malformed_cum"),
    ("text_es", "too_short"),
    ("text_es", "missing"),
    ("text_en", "missing"),
    ("principal", "one_holder"),  # a known holder, or a new one
    ("url", "url_malformed"),  # more than a pattern: a whole URL, at an address that is public, as the name server says at that moment
    ("url", "url_credentials"),
    ("url", "port_refused"),
    ("url", "name_unresolved"),
    ("url", "address_refused"),
    ("address", "unfit_address"),  # more than a length: a mailbox that no header can be made of
}
# The same, where the code says less than the value: a NIT with a wrong check digit, a span that ends before it begins.
UNSTATABLE_VALUES = {("seller", "invalid_value"): "-", ("reporter", "invalid_value"): "-", ("period", "invalid_value"): "/"}
# Characters that a text may not hold and no pattern of the first release named; whatever field holds them.
UNFIT = {"direction_mark", "noncharacter"}
# By what is stored; whatever field or place of a list names it.
STORED = {"unknown_case", "unknown_assignee", "unknown_comment", "line_unknown"}
SHOWN = ("limit", "cursor", "lang", "format")
cursors, ids = {}, {}


def question(case):
    return case.formatted_path, tuple(sorted((name, str(value)) for name, value in (case.query or {}).items() if name not in SHOWN))


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key names one deed; a cursor is one that this very question was answered with, or none; an id is one that was answered, where there is one."""
    if (case.query or {}).get("for") == "excel-es" and case.query.get("format") != "csv":
        del case.query["for"]  # a rule of two parameters, and looked at before the key is
    if not is_positive(case):
        return
    if "Idempotency-Key" in (case.headers or {}):
        # One key is one request, once: a second body under it is rightly refused.
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    known = ids.get(case.path.split("/")[2])
    if known and "id" in (case.path_parameters or {}) and case.path_parameters["id"] not in known:
        case.path_parameters["id"] = known[len(known) // 2]
    if "cursor" in (case.query or {}):
        del case.query["cursor"]
        if question(case) in cursors:
            case.query["cursor"] = cursors[question(case)]


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code >= 300 or "json" not in str(response.headers.get("content-type")):
        return
    body = response.json()
    if body.get("meta", {}).get("next_cursor"):
        cursors[question(case)] = body["meta"]["next_cursor"]
    data = body.get("data")
    for one in data if isinstance(data, list) else [data]:
        known = ids.setdefault(case.path.split("/")[2], [])
        if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"] not in known and len(known) < 50:
            known.append(one["id"])


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


def is_unstatable(fault, case):
    if fault.get("pointer") == "/version" and isinstance(case.body.get("version"), float):
        return True  # 1.0 is an integer to JSON Schema, and none to those who read JSON strictly: no number here has a point
    if fault["code"] in UNFIT | STORED:
        return True
    name = fault.get("parameter") or fault["pointer"].rsplit("/", 1)[-1]
    mark = UNSTATABLE_VALUES.get((name, fault["code"]))
    return (name, fault["code"]) in UNSTATABLE or (mark is not None and mark in str(sent(fault, case)))


def sent(fault, case):
    """The value at fault: a parameter's, or what its pointer leads to in the body."""
    if "parameter" in fault:
        return (case.query or {}).get(fault["parameter"])
    value = case.body
    for name in fault["pointer"].split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if type(failure).__name__ == "AcceptedNegativeData" and case.path == "/v1/checks":
        # A line at fault is answered in its place where that is asked for: the fault stands there.
        return not any("fault" in line for line in response.json()["data"])
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    problem = response.json()
    if case.path == "/v1/checks" and "csv" in str((case.headers or {}).get("Content-Type", case.media_type)):
        return False  # a table that has no column of codes or of prices, or lines that are none; a schema sees only that it is text
    if case.path == "/v1/act-drafts/{id}/list" and problem["code"] == "unprocessable":
        return False  # a file that is no list in an official layout; a schema sees only that it is text
    if case.path == "/v1/act-drafts/{id}/preview" and response.status_code == 422:
        return False  # a market that the draft does not name, or an amount that becomes too large
    if case.path == "/v1/invoice-checks" and response.status_code in (415, 422):
        return False  # a file that is no invoice, archive or table; a schema sees only that it is text
    faults = problem.get("errors", [])
    return not faults or not all(is_unstatable(fault, case) for fault in faults)
