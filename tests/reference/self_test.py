"""Worksheets written by hand: the right ones must be accepted, each altered one refused."""

import copy

import evaluate

C1 = {"id": "c1", "basis": "published_for_cum", "state": "amount", "act": "circular-10-2020", "valid_from": "2020-03-28",
      "list_cut_date": "2021-09-03", "list_order": "1", "amount": "33052", "ips_margin": "2313.64"}
RULES = [{"from": "2020-01-01", "until": None, "above": "0", "up_to": "1000000", "percent": "7"},
         {"from": "2020-01-01", "until": None, "above": "1000000", "up_to": None, "percent": "3.5"}]


def step(name, inputs, result):
    return {"step": name, "inputs": inputs, "result": result}


def opening(day, start, until, transaction, channel, stage, candidates, result, seller="other"):
    given = {"max_age_days": "120", "seller": seller, "candidates": candidates, "margin_rules": RULES}
    return [step("period", {"date": day}, {"from": start, "until": until}),
            step("place", {"transaction": transaction}, {"channel": channel, "stage": stage}),
            step("ceilings", given, result)]


def answer(worksheet, verdict, reasons=(), **rest):
    end = step("verdict", {}, {"verdict": verdict, "reasons": list(reasons)})
    return {"verdict": verdict, "reasons": list(reasons), "other_readings": [], "worksheet": worksheet + [end], **rest}


def ceiling(binding, margin="0", chosen="c1", changed=False, two=False):
    return {"outcome": "ceiling", "chosen": chosen, "margin": margin, "binding": binding, "changed_in_period": changed,
            "two_prices_in_list": two}


def free(changed=False, two=False):
    return {"outcome": "no_ceiling_for_this_stage", "changed_in_period": changed, "two_prices_in_list": two}


def tried(observed, limit, sides, packs, found):
    given = {"observed": observed, "ceiling": limit, **sides, "near_percent": "10", "far_less_times": "10", "other_packs": packs}
    return step("readings", given, {"readings": found})


def reading(per, verdict, ratio, percent=None, cum=None):
    return {"per": per, "cum": cum, "verdict": verdict, "excess_percent": percent, "ratio": ratio}


def pack(cum, units, limit):
    return {"cum": cum, "dispensing_units": units, "ceiling": limit}


def pens(per, packed, content, factor):
    return step("units", {"observed_per": per, "dispensing_units_per_pack": packed, "regulated_units_per_pack": content}, {"factor": factor})


def compared(observed, divided_by, factor, limit, left, right, verdict):
    return step("compare", {"observed": observed, "divided_by": divided_by, "factor": factor, "ceiling": limit},
                {"left": left, "right": right, "verdict": verdict})


FIVE = reading("pack of 5", "above", "1.04", "3.9356", "19914312-21")


def far_above():
    sides = {"left": "171764", "right": "33052", "divided_by": "1"}
    june = ("2020-06", "2020-06-01", "2020-07-01", "1", "institutional", "primary")
    return answer(opening(*june, [C1], ceiling("33052")) + [
        pens("pack", "1", "300", "1"),
        compared("171764", "1", "1", "33052", "171764", "33052", "above"),
        step("excess", sides, {"excess": "138712.00", "excess_percent": "419.6781"}),
        step("rounding", {"ceiling": "33052", "units": ["1", "300"], **sides}, {"explained": False, "to": None, "units": None}),
        # 171764 / 165259.98 = 1.039356…; ten pens at 330519.96 are not near.
        tried("171764", "33052", sides, [pack("19914312-8", "10", "330519.96"), pack("19914312-21", "5", "165259.98")], [FIVE]),
    ], "above", ["another_unit_fits"], other_readings=[FIVE], excess={"amount": "138712.00", "currency": "COP", "per": "pack"}, excess_percent="419.6781",
        explained_by_rounding=False, date="2020-06", transaction="1")


def exactly_with_margin():
    july = ("2020-07-15", "2020-07-15", "2020-07-16", "5", "institutional", "final")
    return answer(opening(*july, [C1], ceiling("35365.64", "2313.64"), "ips") + [
        pens("pack", "1", "300", "1"), compared("353656.4", "10", "1", "35365.64", "353656.4", "353656.40", "within")], "within")


def margin_by_rule():
    big = dict(C1, amount="2147666", ips_margin="rule")
    july = ("2020-07", "2020-07-01", "2020-08-01", "5", "institutional", "final")
    return answer(opening(*july, [big], ceiling("2222834.31", "75168.31"), "ips") + [
        pens("pack", "10", "50", "1"), compared("2222834.31", "1", "1", "2222834.31", "2222834.31", "2222834.31", "within")], "within")


def rounded_pen():
    five = dict(C1, amount="165259.98", ips_margin="none")
    sides = {"left": "165260", "right": "165259.98", "divided_by": "1"}
    july = ("2020-07", "2020-07-01", "2020-08-01", "3", "institutional", "secondary")
    return answer(opening(*july, [five], ceiling("165259.98")) + [
        pens("dispensing_unit", "5", "1500", "5"), compared("33052", "1", "5", "165259.98", "165260", "165259.98", "above"),
        step("excess", sides, {"excess": "0.02", "excess_percent": "0.0000"}),
        step("rounding", {"ceiling": "165259.98", "units": ["5", "1500"], **sides}, {"explained": True, "to": "cent", "units": "5"}),
        tried("33052", "165259.98", sides, [], [reading("pack", "within", "0.20")]),
    ], "above", ["another_unit_fits"], other_readings=[reading("pack", "within", "0.20")], excess="0.02", excess_percent="0.0000", explained_by_rounding=True)


def rounded_capsule():
    box = dict(C1, amount="73251.01", ips_margin="none")
    sides = {"left": "146520", "right": "146502.02", "divided_by": "2"}
    july = ("2020-07", "2020-07-01", "2020-08-01", "3", "institutional", "secondary")
    return answer(opening(*july, [box], ceiling("73251.01")) + [
        pens("dispensing_unit", "30", "2250", "30"), compared("4884", "2", "30", "73251.01", "146520", "146502.02", "above"),
        step("excess", sides, {"excess": "8.99", "excess_percent": "0.0123"}),
        step("rounding", {"ceiling": "73251.01", "units": ["30", "2250"], **sides}, {"explained": True, "to": "peso", "units": "30"}),
        tried("4884", "73251.01", sides, [], [reading("pack", "within", "0.03")]),
    ], "above", ["another_unit_fits"], other_readings=[reading("pack", "within", "0.03")], excess="8.99", excess_percent="0.0123", explained_by_rounding=True)


def changed_in_month():
    later = dict(C1, id="c2", act="circular-19-2024", valid_from="2021-07-20", amount="30000", list_order="2")
    july = ("2021-07", "2021-07-01", "2021-08-01", "2", "commercial", "primary")
    return answer(opening(*july, [C1, later], ceiling("33052", changed=True)) + [
        pens("primary_pack", "1", None, "1"), compared("33000", "1", "1", "33052", "33000", "33052", "within")],
        "within", ["ceiling_changed_in_period"])


def too_old():
    january = ("2022-01", "2022-01-01", "2022-02-01", "1", "institutional", "primary")
    return answer(opening(*january, [C1], {"outcome": "unknown", "reason": "ceiling_list_out_of_date", "reference": "c1"}),
                  "cannot_compare", ["ceiling_list_out_of_date"])


def too_early():
    march = ("2020", "2020-01-01", "2021-01-01", "1", "institutional", "primary")
    return answer(opening(*march, [C1], {"outcome": "unknown", "reason": "period_before_first_list", "reference": "c1"}),
                  "cannot_compare", ["period_before_first_list"])


def blister():
    july = ("2020-07", "2020-07-01", "2020-08-01", "3", "institutional", "secondary")
    units = step("units", {"observed_per": "primary_pack", "dispensing_units_per_pack": "10", "regulated_units_per_pack": None},
                 {"reason": "unit_not_convertible"})
    return answer(opening(*july, [C1], ceiling("33052")) + [units], "cannot_compare", ["unit_not_convertible"])


def free_stage():
    august = ("2020-08", "2020-08-01", "2020-09-01", "2", "commercial", "primary")
    return answer(opening(*august, [dict(C1, state="not_bound", amount=None)], free()), "no_ceiling_for_this_stage")


def unit_price_of_a_gram():
    """60 pesos a mg against 10: as a capsule of 5 mg 20 % above, far less than 500 %; as the pack of 30 within."""
    box = dict(C1, amount="1500", ips_margin="none")
    sides = {"left": "9000", "right": "1500", "divided_by": "1"}
    july = ("2020-07", "2020-07-01", "2020-08-01", "3", "institutional", "secondary")
    found = [reading("dispensing_unit", "above", "1.20", "20.0000"), reading("pack", "within", "0.04")]
    return answer(opening(*july, [box], ceiling("1500")) + [
        pens("regulated_unit", "30", "150", "150"), compared("60", "1", "150", "1500", "9000", "1500", "above"),
        step("excess", sides, {"excess": "7500.00", "excess_percent": "500.0000"}),
        step("rounding", {"ceiling": "1500", "units": ["30", "150"], **sides}, {"explained": False, "to": None, "units": None}),
        tried("60", "1500", sides, [pack("1-2", "60", "3000")], found),
    ], "above", ["another_unit_fits"], other_readings=found, excess="7500.00", excess_percent="500.0000", explained_by_rounding=False)


def above_without_a_doubt():
    sides = {"left": "40000", "right": "33052", "divided_by": "1"}
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    return answer(opening(*july, [C1], ceiling("33052")) + [
        pens("pack", "1", None, "1"), compared("40000", "1", "1", "33052", "40000", "33052", "above"),
        step("excess", sides, {"excess": "6948.00", "excess_percent": "21.0214"}),
        step("rounding", {"ceiling": "33052", "units": [], **sides}, {"explained": False, "to": None, "units": None}),
        tried("40000", "33052", sides, [pack("19914312-21", "5", "165259.98")], []),
    ], "above", excess="6948.00", excess_percent="21.0214", explained_by_rounding=False)


def implausibly_low():
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    return answer(opening(*july, [C1], ceiling("33052")) + [
        pens("pack", "1", None, "1"), compared("330.52", "1", "1", "33052", "330.52", "33052", "within")], "within", ["implausibly_low"])


def hardly_plausible():
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    return answer(opening(*july, [C1], ceiling("33052")) + [
        pens("pack", "1", None, "1"), compared("330.53", "1", "1", "33052", "330.53", "33052", "within")], "within")


def two_prices_in_one_list():
    other = dict(C1, id="c2", amount="35000")
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    return answer(opening(*july, [C1, other], ceiling("35000", chosen="c2", two=True)) + [
        pens("pack", "1", None, "1"), compared("34000", "1", "1", "35000", "34000", "35000", "within")],
        "within", ["list_states_two_prices"])


def one_list_binds_and_frees():
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    rows = [C1, dict(C1, id="c2", state="not_bound", amount=None)]
    return answer(opening(*july, rows, free(two=True)), "no_ceiling_for_this_stage", ["list_states_two_prices"])


def derived_sample():
    derived = dict(C1, basis="derived_from_unit_price")
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    sheet = opening(*july, [derived], ceiling("33052"))
    sheet[2]["inputs"]["medical_sample"] = True
    return answer(sheet + [pens("pack", "1", None, "1"), compared("33000", "1", "1", "33052", "33000", "33052", "within")],
                  "within", ["medical_sample", "financing_not_verified"])


def plan(standing):
    """July, a ceiling derived from a unit price, and what the benefit plan's list says of its market."""
    listed = {"standing": standing, "list": "plan_20260724.csv", "day": "2026-07-24"}
    derived = dict(C1, basis="derived_from_unit_price", financing=listed)
    return ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary"), [derived]


def unit_price_that_binds():
    july, rows = plan("not_financed")
    return answer(opening(*july, rows, ceiling("33052")) + [
        pens("pack", "1", None, "1"), compared("33000", "1", "1", "33052", "33000", "33052", "within")],
        "within", ["not_financed_by_upc"])


def unit_price_for_reference():
    july, rows = plan("financed_with_note")
    found = {"outcome": "unknown", "reason": "financed_by_upc", "reference": "c1"}
    return answer(opening(*july, rows, found), "cannot_compare", ["financed_by_upc"])


def left_out_since():
    """The tenth of July a later edition of the list is there, and no longer states the ceiling."""
    july = ("2020-07", "2020-07-01", "2020-08-01", "1", "institutional", "primary")
    found = {"outcome": "unknown", "reason": "not_in_newest_list", "reference": "c1"}
    return answer(opening(*july, [dict(C1, omitted_from="2020-07-10")], found), "cannot_compare", ["not_in_newest_list"])


def free_medicine():
    august = ("2020-08", "2020-08-01", "2020-09-01", "2", "commercial", "primary")
    sheet = opening(*august, [], {"outcome": "not_regulated"})
    sheet[2]["inputs"]["evidence"] = "registered; no market of its ingredient"
    return answer(sheet, "not_regulated")


def nothing_else_knows(table, reasons):
    july = ("2020-07", "2020-07-01", "2020-08-01", "2", "commercial", "primary")
    sheet = opening(*july, [], {"outcome": "unknown", "reason": "unknown_medicine", "reference": None})
    sheet[2]["inputs"] |= {"evidence": "unknown_medicine", "code_list": table}
    return answer(sheet, "cannot_compare", ["unknown_medicine", *reasons])


def code_that_exists_nowhere():
    return nothing_else_knows({"name": "REF_CUMS.csv", "day": "2020-07-31", "code": "not_listed"}, ["unknown_code"])


def code_asked_about_after_the_table():
    return nothing_else_knows({"name": "REF_CUMS.csv", "day": "2020-07-30", "code": "not_listed"}, [])


def code_in_no_table_of_a_known_day():
    return nothing_else_knows({"name": "REF_CUMS.csv", "day": None, "code": "not_listed"}, [])


def code_that_no_list_has():
    return nothing_else_knows({"name": "REF_CUMS.csv", "day": None, "code": "listed_not_enabled"}, ["not_in_our_lists"])


RIGHT = [code_that_exists_nowhere, code_asked_about_after_the_table, code_in_no_table_of_a_known_day, code_that_no_list_has, far_above, exactly_with_margin, margin_by_rule, rounded_pen, rounded_capsule, changed_in_month, too_old, too_early,
         blister, free_stage, free_medicine, unit_price_of_a_gram, above_without_a_doubt, implausibly_low, hardly_plausible,
         two_prices_in_one_list, one_list_binds_and_frees, derived_sample, unit_price_that_binds, unit_price_for_reference,
         left_out_since]

# Which worksheet, the path to what is altered, and what stands there instead.
ALTERED = [
    (far_above, ("worksheet", 0, "result", "until"), "2020-06-30"),
    (far_above, ("worksheet", 1, "result", "channel"), "commercial"),
    (far_above, ("worksheet", 2, "result", "binding"), "35365.64"),
    (far_above, ("worksheet", 2, "result", "chosen"), "c9"),
    (far_above, ("worksheet", 3, "result", "factor"), "5"),
    (far_above, ("worksheet", 4, "inputs", "ceiling"), "171764"),
    (far_above, ("worksheet", 4, "result", "verdict"), "within"),
    (far_above, ("worksheet", 4, "result", "left"), "171764.01"),
    (far_above, ("worksheet", 5, "result", "excess_percent"), "419.6780"),
    (far_above, ("worksheet", 5, "inputs", "right"), "33053"),
    (far_above, ("worksheet", 6, "inputs", "units"), ["1"]),
    (far_above, ("excess_percent",), "419.68"),
    (far_above, ("excess", "amount"), "138712.01"),
    (far_above, ("verdict",), "within"),
    (far_above, ("reasons",), ["price_missing"]),
    (far_above, ("worksheet", 2, "inputs", "candidates", 0, "amount"), 33052),
    (far_above, ("worksheet", 2, "inputs", "candidates", 0, "valid_from"), "2020-06-02"),
    (exactly_with_margin, ("worksheet", 2, "inputs", "seller"), "other"),
    (exactly_with_margin, ("worksheet", 1, "inputs", "transaction"), "3"),
    (exactly_with_margin, ("worksheet", 3, "inputs", "observed_per"), "regulated_unit"),
    (margin_by_rule, ("worksheet", 2, "inputs", "margin_rules", 1, "percent"), "3.4"),
    (margin_by_rule, ("worksheet", 2, "inputs", "margin_rules", 0, "up_to"), "3000000"),
    (rounded_pen, ("explained_by_rounding",), False),
    (rounded_pen, ("worksheet", 6, "result", "to"), "peso"),
    (rounded_capsule, ("worksheet", 6, "result", "to"), "cent"),
    (rounded_capsule, ("worksheet", 5, "inputs", "divided_by"), "1"),
    (changed_in_month, ("worksheet", 2, "result", "changed_in_period"), False),
    (changed_in_month, ("worksheet", 2, "inputs", "candidates", 1, "amount"), "40000"),
    (too_old, ("worksheet", 2, "inputs", "max_age_days"), "151"),
    (too_old, ("worksheet", 2, "result", "reference"), None),
    (too_early, ("worksheet", 2, "result", "reason"), "ceiling_list_out_of_date"),
    (blister, ("worksheet", 3, "inputs", "dispensing_units_per_pack"), "1"),
    (blister, ("reasons",), []),
    (free_stage, ("worksheet", 2, "inputs", "candidates", 0, "state"), "amount"),
    (free_medicine, ("worksheet", 2, "inputs", "evidence"), ""),
    (free_medicine, ("worksheet", 2, "result", "outcome"), "ceiling"),
    (free_stage, ("worksheet", 2, "result", "two_prices_in_list"), True),
    (far_above, ("reasons",), []),
    (far_above, ("other_readings",), []),
    (far_above, ("other_readings", 0, "ratio"), "1.03"),
    (far_above, ("worksheet", 7, "result", "readings"), []),
    (far_above, ("worksheet", 7, "inputs", "other_packs", 1, "ceiling"), "150000"),
    (far_above, ("worksheet", 7, "inputs", "near_percent"), "3"),
    (rounded_pen, ("worksheet", 7, "result", "readings", 0, "verdict"), "above"),
    (unit_price_of_a_gram, ("worksheet", 7, "inputs", "far_less_times"), "100"),
    (unit_price_of_a_gram, ("worksheet", 3, "inputs", "dispensing_units_per_pack"), "45"),
    (above_without_a_doubt, ("reasons",), ["another_unit_fits"]),
    (above_without_a_doubt, ("worksheet", 7, "inputs", "other_packs", 0, "ceiling"), "44000"),
    (implausibly_low, ("reasons",), []),
    (hardly_plausible, ("reasons",), ["implausibly_low"]),
    (two_prices_in_one_list, ("reasons",), []),
    (two_prices_in_one_list, ("worksheet", 2, "result", "two_prices_in_list"), False),
    (two_prices_in_one_list, ("worksheet", 2, "result", "chosen"), "c1"),
    (two_prices_in_one_list, ("worksheet", 2, "inputs", "candidates", 1, "list_order"), "2"),
    (one_list_binds_and_frees, ("worksheet", 2, "result", "two_prices_in_list"), False),
    (derived_sample, ("reasons",), ["financing_not_verified"]),
    (derived_sample, ("worksheet", 2, "inputs", "medical_sample"), False),
    (unit_price_that_binds, ("reasons",), ["financing_not_verified"]),
    (unit_price_that_binds, ("worksheet", 2, "inputs", "candidates", 0, "financing", "standing"), "mixed"),
    (unit_price_that_binds, ("worksheet", 2, "inputs", "candidates", 0, "financing", "standing"), "financed"),
    (left_out_since, ("worksheet", 2, "inputs", "candidates", 0, "omitted_from"), "2020-08-01"),
    (left_out_since, ("reasons",), ["period_before_first_list"]),
    (unit_price_for_reference, ("reasons",), ["ceiling_list_out_of_date"]),
    (unit_price_for_reference, ("worksheet", 2, "inputs", "candidates", 0, "financing", "standing"), "no_row"),
    (unit_price_for_reference, ("worksheet", 2, "result", "reference"), None),
    (code_that_exists_nowhere, ("worksheet", 2, "inputs", "code_list", "day"), "2020-07-30"),
    (code_that_exists_nowhere, ("worksheet", 2, "inputs", "code_list", "day"), None),
    (code_that_exists_nowhere, ("worksheet", 2, "inputs", "code_list", "code"), "listed"),
    (code_that_exists_nowhere, ("worksheet", 2, "inputs", "code_list", "name"), ""),
    (code_that_exists_nowhere, ("worksheet", 2, "inputs", "code_list"), None),
    (code_that_exists_nowhere, ("worksheet", 2, "inputs", "evidence"), "market_unknown"),
    (code_that_exists_nowhere, ("worksheet", 2, "result", "reason"), "market_unknown"),
    (code_asked_about_after_the_table, ("worksheet", 2, "inputs", "code_list", "day"), "2020-07-31"),
    (code_that_no_list_has, ("worksheet", 2, "inputs", "code_list", "code"), "not_listed"),
    (code_that_no_list_has, ("worksheet", 2, "inputs", "code_list", "code"), "unlisted"),
    (far_above, ("worksheet", 2, "inputs", "code_list"), {"name": "REF_CUMS.csv", "day": None, "code": "listed"}),
]


def refused(verdict):
    try:
        evaluate.check(verdict)
    except evaluate.Difference as fault:
        return str(fault)
    return None


def alter(verdict, path, value):
    verdict = copy.deepcopy(verdict)
    place = verdict
    for name in path[:-1]:
        place = place[name]
    added = isinstance(place, dict) and path[-1] not in place
    assert added or place[path[-1]] != value, path
    place[path[-1]] = value
    return verdict


def without_step(verdict, name):
    verdict = copy.deepcopy(verdict)
    verdict["worksheet"] = [entry for entry in verdict["worksheet"] if entry["step"] != name]
    return verdict


def run():
    faults = []
    for make in RIGHT:
        reason = refused(make())
        if reason:
            faults.append(f"{make.__name__} refused: {reason}")
    for make, path, value in ALTERED:
        if refused(alter(make(), path, value)) is None:
            faults.append(f"{make.__name__} accepted with {'/'.join(map(str, path))} = {value!r}")
    for name in ("period", "place", "ceilings", "units", "compare", "excess", "rounding", "readings", "verdict"):
        if refused(without_step(far_above(), name)) is None:
            faults.append(f"far_above accepted without the step {name}")
    for fault in faults:
        print(fault)
    print(f"self-test: {len(RIGHT)} right, {len(ALTERED) + 9} altered, {len(faults)} faults")
    return 1 if faults else 0
