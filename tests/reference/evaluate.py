#!/usr/bin/env python3
"""Recomputes verdicts from their worksheets alone, in another language and in exact fractions.

Reads one verdict object per line on standard input, works every step out again from its inputs and from the steps
before it, and prints `N verdicts, M differences` with the first ten differences. Exit 1 when there is any.
`--self-test` checks this program itself: right worksheets are accepted, altered ones are refused.
Only the standard library; written from the description of the worksheet, not from the service's code.
"""

import json
import re
import sys
from datetime import date, timedelta
from fractions import Fraction
from math import floor

PLACES = {"1": ("institutional", "primary"), "2": ("commercial", "primary"), "3": ("institutional", "secondary"),
          "4": ("commercial", "secondary"), "5": ("institutional", "final")}
WITHOUT_LIST = {"unknown_medicine", "market_unknown", "period_before_first_list", "ceiling_list_out_of_date"}
FINANCED = {"financed", "financed_with_note"}
LISTINGS = {"listed", "listed_not_enabled", "not_listed"}
ORDER = ["period", "place", "ceilings", "units", "compare", "excess", "rounding", "readings", "verdict"]
# Method: a price this many times below or above its ceiling is implausible; a reading is near within this many percent, and far less above
# when its excess is this many times smaller.
IMPLAUSIBLE_TIMES, NEAR_PERCENT, FAR_LESS_TIMES, READINGS_MAX = 100, 10, 10, 3


class Difference(Exception):
    pass


def expect(step, what, stated, computed):
    if stated != computed:
        raise Difference(f"{step}: {what} is {stated!r}, computed {computed!r}")


def number(text):
    if not isinstance(text, str) or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise Difference(f"not a plain decimal string: {text!r}")
    return Fraction(text)


def half_up(value, places):
    scaled = floor(value * 10**places + Fraction(1, 2))
    return Fraction(scaled, 10**places)


def fixed(value, least, most):
    """`value`, half-up to `most` decimals, trailing zeros cut down to `least`."""
    digits = f"{floor(value * 10**most + Fraction(1, 2)):0{most + 1}}"
    whole, part = digits[:-most], digits[-most:]
    while len(part) > least and part.endswith("0"):
        part = part[:-1]
    return f"{whole}.{part}"


def period(inputs, _):
    parts = [int(part) for part in inputs["date"].split("-")]
    start = date(*(parts + [1, 1])[:3])
    if len(parts) == 3:
        end = start + timedelta(1)
    elif len(parts) == 2:
        end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    else:
        end = date(start.year + 1, 1, 1)
    return {"from": start.isoformat(), "until": end.isoformat()}


def place(inputs, _):
    if inputs.get("transaction") is not None:
        channel, stage = PLACES[inputs["transaction"]]
        if inputs.get("channel") not in (None, channel) or inputs.get("stage") not in (None, stage):
            raise Difference("place: channel and stage contradict the transaction")
        return {"channel": channel, "stage": stage}
    return {"channel": inputs["channel"], "stage": inputs["stage"]}


def margin_of(candidate, inputs, where):
    if inputs["seller"] != "ips" or (where["channel"], where["stage"]) != ("institutional", "final"):
        return Fraction(0)
    stated = candidate["ips_margin"]
    if stated == "none":
        return Fraction(0)
    if stated != "rule":
        return number(stated)
    amount = number(candidate["amount"])
    for rule in inputs["margin_rules"]:
        begun = rule["from"] <= candidate["valid_from"] and (rule["until"] is None or candidate["valid_from"] < rule["until"])
        if begun and number(rule["above"]) < amount and (rule["up_to"] is None or amount <= number(rule["up_to"])):
            return amount * number(rule["percent"]) / 100
    return Fraction(0)


def standing_of(candidate):
    """What the benefit plan's list says of a derived candidate's market; taken as given, with the list and its day."""
    return (candidate.get("financing") or {}).get("standing")


def segments(inputs, span, where):
    """The period cut wherever a candidate begins or its list grows too old, with what the newest list says in each piece.

    A list may state two prices from one day: of these nothing bound goes first, then the higher, and the piece says that there are two.
    A unit price of a market that the UPC finances binds nobody, and what a later edition of its list leaves out is not known to bind:
    the piece says so last.
    """
    age = timedelta(int(inputs["max_age_days"]))
    start, end = date.fromisoformat(span["from"]), date.fromisoformat(span["until"])
    cuts = {start}
    for one in inputs["candidates"]:
        cuts.add(date.fromisoformat(one["valid_from"]))
        cuts.add(date.fromisoformat(one["list_cut_date"]) + age + timedelta(1))
        if one.get("omitted_from"):
            cuts.add(date.fromisoformat(one["omitted_from"]))
    for begin in sorted(cut for cut in cuts if start <= cut < end):
        known = [one for one in inputs["candidates"] if date.fromisoformat(one["valid_from"]) <= begin]
        best = max(known, key=lambda one: (one["valid_from"], one["list_cut_date"], int(one["list_order"])), default=None)
        if best is None:
            yield None, False, False, None
            continue
        same = ("valid_from", "list_order", "basis")
        beside = [one for one in known if all(one[name] == best[name] for name in same)]
        binding = [None if one["state"] != "amount" else number(one["amount"]) + margin_of(one, inputs, where) for one in beside]
        top = None if None in binding else max(binding)
        doubt = None
        if best.get("omitted_from") and begin >= date.fromisoformat(best["omitted_from"]):
            doubt = "not_in_newest_list"
        elif top is not None and any(one["state"] == "amount" and standing_of(one) in FINANCED for one in beside):
            doubt = "financed_by_upc"
        yield beside[binding.index(top)], begin > date.fromisoformat(best["list_cut_date"]) + age, len(set(binding)) > 1, doubt


def ceilings(inputs, done):
    if not inputs["candidates"]:
        return None  # taken as given, with its evidence: see `without_candidates`
    pieces = list(segments(inputs, done["period"], done["place"]))
    priced = [best for best, *_ in pieces if best is not None and best["state"] == "amount"]
    two = any(two for _, _, two, _ in pieces)
    reason = "ceiling_list_out_of_date" if any(stale for _, stale, *_ in pieces) else None
    if reason is None and any(best is None for best, *_ in pieces):
        reason = "period_before_first_list"
    if reason is None:
        reason = next((doubt for *_, doubt in pieces if doubt), None)
    if reason:
        return {"outcome": "unknown", "reason": reason, "reference": priced[-1]["id"] if priced else None}
    if len(priced) < len(pieces):
        return {"outcome": "no_ceiling_for_this_stage", "changed_in_period": bool(priced), "two_prices_in_list": two}
    binding = [number(one["amount"]) + margin_of(one, inputs, done["place"]) for one in priced]
    top = max(binding)
    equals = {one["id"]: margin_of(one, inputs, done["place"]) for one, amount in zip(priced, binding) if amount == top}
    return {"outcome": "ceiling", "chosen": equals, "binding": top, "changed_in_period": len(set(binding)) > 1,
            "two_prices_in_list": two}


def check_ceilings(stated, inputs, done):
    computed = ceilings(inputs, done)
    if computed is None:
        given = stated.get("outcome"), stated.get("reason")
        if given != ("unknown", "period_before_first_list") and not inputs.get("evidence"):
            raise Difference("ceilings: neither candidates nor evidence")
        if "code_list" in inputs and given[0] == "unknown" and inputs.get("evidence") != given[1]:
            raise Difference(f"ceilings: a table of codes, yet {given!r}")
        if given[0] != "not_regulated" and (given[0] != "unknown" or given[1] not in WITHOUT_LIST):
            raise Difference(f"ceilings: {given!r} cannot follow from no candidates")
        return
    if "code_list" in inputs:
        raise Difference("ceilings: a table of codes beside candidates")
    expect("ceilings", "outcome", stated.get("outcome"), computed["outcome"])
    if computed["outcome"] == "unknown":
        expect("ceilings", "reason", stated["reason"], computed["reason"])
        expect("ceilings", "reference", stated.get("reference"), computed["reference"])
    for name in ("changed_in_period", "two_prices_in_list"):
        expect("ceilings", name, stated.get(name), computed.get(name))
    if computed["outcome"] == "ceiling":
        expect("ceilings", "binding", number(stated["binding"]), computed["binding"])
        if stated["chosen"] not in computed["chosen"]:
            raise Difference(f"ceilings: chosen is {stated['chosen']!r}, computed {sorted(computed['chosen'])}")
        expect("ceilings", "margin", number(stated["margin"]), computed["chosen"][stated["chosen"]])


def units(inputs, _):
    per, packed, content = inputs["observed_per"], inputs["dispensing_units_per_pack"], inputs["regulated_units_per_pack"]
    factor = {"pack": "1", "dispensing_unit": packed, "regulated_unit": content,
              "primary_pack": "1" if packed is not None and number(packed) == 1 else None}[per]
    return {"reason": "unit_not_convertible"} if factor is None else {"factor": number(factor)}


def compare(inputs, done):
    expect("compare", "ceiling", number(inputs["ceiling"]), number(done["ceilings"]["binding"]))
    expect("compare", "factor", number(inputs["factor"]), number(done["units"]["factor"]))
    if number(inputs["divided_by"]) <= 0:
        raise Difference("compare: divided_by is not positive")
    left = number(inputs["observed"]) * number(inputs["factor"])
    right = number(inputs["ceiling"]) * number(inputs["divided_by"])
    return {"left": left, "right": right, "verdict": "above" if left > right else "within"}


def sides(step, inputs, done):
    for name in ("left", "right"):
        expect(step, name, number(inputs[name]), number(done["compare"][name]))
    expect(step, "divided_by", number(inputs["divided_by"]), number(done["compare inputs"]["divided_by"]))
    return number(inputs["left"]), number(inputs["right"]), number(inputs["divided_by"])


def excess(inputs, done):
    left, right, divided_by = sides("excess", inputs, done)
    if right == 0:
        return {"excess": fixed((left - right) / divided_by, 2, 4), "excess_percent": None}
    return {"excess": fixed((left - right) / divided_by, 2, 4), "excess_percent": fixed((left - right) / right * 100, 4, 4)}


def rounding(inputs, done):
    left, _, divided_by = sides("rounding", inputs, done)
    ceiling = number(inputs["ceiling"])
    expect("rounding", "ceiling", ceiling, number(done["ceilings"]["binding"]))
    pack = done["units inputs"]
    known = [number(pack[name]) for name in ("dispensing_units_per_pack", "regulated_units_per_pack") if pack[name] is not None]
    unique = [n for place, n in enumerate(known) if n > 1 and n not in known[:place]]
    stated = [number(text) for text in inputs["units"]]
    expect("rounding", "units", [n for place, n in enumerate(stated) if n > 1 and n not in stated[:place]], unique)
    price = left / divided_by
    for text in inputs["units"]:
        n = number(text)
        if n <= 1:
            continue
        if price <= half_up(ceiling / n, 2) * n:
            return {"explained": True, "to": "cent", "units": text}
        if (price / n).denominator == 1 and price <= half_up(ceiling / n, 0) * n:
            return {"explained": True, "to": "peso", "units": text}
    return {"explained": False, "to": None, "units": None}


def tries(inputs, done):
    """Label, CUM, how many of it a pack holds, and ceiling of every other way to read the price."""
    pack, factor, ceiling = done["units inputs"], number(done["units"]["factor"]), number(done["ceilings"]["binding"])
    per, packed = pack["observed_per"], pack["dispensing_units_per_pack"]
    if per != "pack" and factor > 1:
        yield "pack", None, Fraction(1), ceiling
    if per == "regulated_unit" and packed is not None and number(packed) > 1:
        yield "dispensing_unit", None, number(packed), ceiling
    for other in inputs["other_packs"]:
        units = number(other["dispensing_units"])
        if units != number(packed or "1"):
            yield f"pack of {other['dispensing_units']}", other["cum"], Fraction(1), number(other["ceiling"])


def readings(inputs, done):
    left, right, divided_by = sides("readings", inputs, done)
    expect("readings", "observed", number(inputs["observed"]), number(done["compare inputs"]["observed"]))
    expect("readings", "ceiling", number(inputs["ceiling"]), number(done["ceilings"]["binding"]))
    expect("readings", "method", [inputs["near_percent"], inputs["far_less_times"]], [str(NEAR_PERCENT), str(FAR_LESS_TIMES)])
    found = []
    for label, cum, units, ceiling in tries(inputs, done):
        price, limit = number(inputs["observed"]) * units, ceiling * divided_by
        gap = abs(price - limit)
        counts = gap * 100 <= limit * NEAR_PERCENT
        if cum is None:
            counts = counts or price <= limit or gap * FAR_LESS_TIMES <= left - right
        if counts and all(known["per"] != label for known in found):
            above = price > limit
            found.append({"per": label, "cum": cum, "verdict": "above" if above else "within",
                          "excess_percent": fixed(gap / limit * 100, 4, 4) if above else None, "ratio": fixed(price / limit, 2, 2)})
    found.sort(key=lambda one: (one["cum"] is not None, abs(number(one["ratio"]) - 1)))
    return {"readings": found[:READINGS_MAX]}


def code_reasons(given, span):
    """What a table of all codes proves of a code that nothing else knows: a listed one exists, whatever the day; one that is not listed did not
    exist on days up to the table's own. Of later days, and without a day, it proves nothing."""
    table = given.get("code_list")
    if table is None:
        return []
    if not table["name"] or table["code"] not in LISTINGS:
        raise Difference(f"ceilings: no table of codes: {table!r}")
    if table["code"] != "not_listed":
        return ["not_in_our_lists"]
    day = table["day"] and date.fromisoformat(table["day"])
    return ["unknown_code"] if day and date.fromisoformat(span["until"]) - timedelta(1) <= day else []


def reasons_of(done, kind, reason):
    """Every reason that must be given, in order: doubts about the price, then what there is to say of the law."""
    found, given = done["ceilings"], done["ceilings inputs"]
    law = code_reasons(given, done["period"])
    law += ["medical_sample"] if given.get("medical_sample") is True else []
    if kind == "cannot_compare":
        return [reason] + law
    if found.get("two_prices_in_list"):
        law.append("list_states_two_prices")
    if found.get("changed_in_period"):
        law.append("ceiling_changed_in_period")
    if kind not in ("within", "above"):
        return law
    chosen = next(one for one in given["candidates"] if one["id"] == found["chosen"])
    if chosen["basis"] == "derived_from_unit_price":
        law.append("not_financed_by_upc" if standing_of(chosen) == "not_financed" else "financing_not_verified")
    if kind == "above":
        high = number(done["compare"]["left"]) >= IMPLAUSIBLE_TIMES * number(done["compare"]["right"])
        return ["another_unit_fits"] * bool(done["readings"]["readings"]) + ["implausibly_high"] * high + law
    if kind == "within" and number(done["compare"]["left"]) * IMPLAUSIBLE_TIMES <= number(done["compare"]["right"]):
        return ["implausibly_low"] + law
    return law


def conclude(done):
    """The verdict and the reason that must be among its reasons."""
    found = done["ceilings"]
    if found["outcome"] == "unknown":
        return "cannot_compare", found["reason"]
    if found["outcome"] != "ceiling":
        return found["outcome"], None
    if "units" in done and "reason" in done["units"]:
        return "cannot_compare", done["units"]["reason"]
    return (done["compare"]["verdict"], None) if "compare" in done else ("cannot_compare", "price_missing")


def check_result(step, stated, inputs, done):
    if step == "ceilings":
        return check_ceilings(stated, inputs, done)
    computed = {"period": period, "place": place, "units": units, "compare": compare, "excess": excess, "rounding": rounding,
                "readings": readings}[step](inputs, done)
    for name, value in computed.items():
        given = stated.get(name)
        expect(step, name, number(given) if isinstance(value, Fraction) and given is not None else given, value)


def check_order(names, done):
    full = conclude(done)[0] if "ceilings" in done else None
    wanted = ORDER[:3]
    if done.get("ceilings", {}).get("outcome") == "ceiling":
        # A missing price ends the list early: after the ceilings, or after the units.
        if "compare" in done or "units" in done:
            wanted = wanted + ["units"]
        if "compare" in done:
            wanted = wanted + ["compare"]
        if full == "above":
            wanted = wanted + ["excess", "rounding", "readings"]
    expect("worksheet", "order of steps", names, wanted + ["verdict"])


def check_head(verdict, stated, done):
    kind, reason = conclude(done)
    expect("verdict", "verdict", stated["verdict"], kind)
    expect("verdict", "verdict of the answer", verdict["verdict"], kind)
    expect("verdict", "reasons of the answer", verdict["reasons"], stated["reasons"])
    if "price_missing" in stated["reasons"]:
        if verdict.get("observed") or "compare" in done:
            raise Difference("verdict: price_missing, yet there is a price")
        reason = "price_missing"
    expect("verdict", "reasons", stated["reasons"], reasons_of(done, kind, reason))
    stated_readings = [(one["per"], one["verdict"], one.get("excess_percent"), one["ratio"], one.get("cum")) for one in verdict["other_readings"]]
    worked_out = [(one["per"], one["verdict"], one["excess_percent"], one["ratio"], one["cum"])
                  for one in done.get("readings", {}).get("readings", [])]
    expect("verdict", "other_readings", stated_readings, worked_out)
    computed = done.get("excess", {})
    expect("verdict", "excess_percent", verdict.get("excess_percent"), computed.get("excess_percent"))
    amount = verdict.get("excess")
    amount = amount["amount"] if isinstance(amount, dict) else amount
    expect("verdict", "excess", amount and number(amount), computed.get("excess") and number(computed["excess"]))
    expect("verdict", "explained_by_rounding", bool(verdict.get("explained_by_rounding")), done.get("rounding", {}).get("explained", False))
    if "date" in verdict:
        expect("verdict", "date", verdict["date"], done["period inputs"]["date"])
    if verdict.get("transaction") is not None:
        expect("verdict", "transaction", verdict["transaction"], done["place inputs"].get("transaction"))


def check(verdict):
    """Raises `Difference` where the worksheet, its steps and its verdict do not agree."""
    done, names = {}, []
    try:
        for entry in verdict["worksheet"]:
            step, inputs, stated = entry["step"], entry["inputs"], entry["result"]
            names.append(step)
            if step != "verdict":
                check_result(step, stated, inputs, done)
                done[step], done[f"{step} inputs"] = stated, inputs
        check_order(names, done)
        check_head(verdict, verdict["worksheet"][-1]["result"], done)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        raise Difference(f"{names[-1:] or 'worksheet'}: malformed ({type(fault).__name__}: {fault})") from fault


def main():
    if sys.argv[1:] == ["--self-test"]:
        import self_test

        return self_test.run()
    total, differences = 0, []
    for line, text in enumerate(sys.stdin, 1):
        if not text.strip():
            continue
        total += 1
        try:
            check(json.loads(text))
        except (Difference, json.JSONDecodeError) as fault:
            differences.append(f"line {line}: {fault}")
    print(f"{total} verdicts, {len(differences)} differences")
    for difference in differences[:10]:
        print(difference)
    return 1 if differences or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
