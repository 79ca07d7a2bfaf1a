#!/usr/bin/env python3
"""Checks the evidence bundle of a case offline: `verify_dossier.py FILE.zip [PUBLIC_KEY]`. Exit 0 and `OK`, or 1 and every fault."""
import base64, collections, datetime, fractions, hashlib, io, json, re, sys, zipfile
P, L, Fraction = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, fractions.Fraction  # P, L, D: Ed25519 as in RFC 8032
D, FAULTS, DOUBTFUL, DONE = -121665 * pow(121666, -1, P) % P, [], [], collections.Counter()
PLACES = {"1": "institutional primary", "2": "commercial primary", "3": "institutional secondary", "4": "commercial secondary", "5": "institutional final"}
pretty = lambda value: json.dumps(value, ensure_ascii=False, indent=2).encode()  # the one way in which a bundle writes JSON
sha256 = lambda raw: hashlib.sha256(raw).hexdigest()
base64url = lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")
number = lambda text: text and Fraction(re.fullmatch(r"[0-9]{1,28}(\.[0-9]{1,27})?", text)[0])
later = lambda day, days: datetime.date.fromordinal(datetime.date.fromisoformat(day).toordinal() + days).isoformat()
def expect(what, place, stated, computed):
    DONE[what] += 1
    if stated != computed:
        at = next((max(0, i - 60) for i, (x, y) in enumerate(zip(str(stated), str(computed))) if x != y), 0)
        FAULTS.append(f"{what}, {place}: states {str(stated)[at:at + 140]!a}, computed {str(computed)[at:at + 140]!a}"[:600])
add = lambda p, q: ((p[0] * q[1] + p[1] * q[0]) * pow(1 + (t := D * p[0] * p[1] * q[0] * q[1]), -1, P) % P,
                    (p[1] * q[1] + p[0] * q[0]) * pow(1 - t, -1, P) % P)
times = lambda n, p: add(times(n >> 1, add(p, p)), p if n & 1 else (0, 1)) if n else (0, 1)
def point(raw):
    sign, y = divmod(int.from_bytes(raw, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = next(x for r in (1, pow(2, (P - 1) // 4, P)) if (x := pow(square, (P + 3) // 8, P) * r % P) ** 2 % P == square)
    return (x if x & 1 == sign else P - x), y
def signed_by(key, message, signature):
    p, s = point(key), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    found = add(times(s, point(bytes([0x58] + [0x66] * 31))), times(k, (P - p[0], p[1])))
    return times(8, p) != (0, 1) and s < L and (found[1] | (found[0] & 1) << 255).to_bytes(32, "little") == signature[:32]
def shown(value, least=0, most=28, half=Fraction(1, 2)):  # rounded half-up to `most` decimals (cut, with half = 0); at least `least` are shown
    return f"{(text := f'{int(value * 10**most + half):0{most + 1}}')[:-most]}.{text[-most:].rstrip('0').ljust(least, '0')}".rstrip(".")
def bound(one, given, final):  # a statement's ceiling with the margin that the seller may add, that margin, and the statement
    amount, margin = number(one["amount"]), one["ips_margin"] if final and given["seller"] == "ips" else "none"
    rules = [number(r["percent"]) for r in given["margin_rules"] if r["from"] <= one["valid_from"] < (r["until"] or "9999")
             and number(r["above"]) < amount <= number(r["up_to"] or "9" * 28)]
    margin = amount * rules[0] / 100 if margin == "rule" else number(margin.replace("none", "0"))
    return amount + margin, margin, one
def choose(given, span, final, place):  # day by day what the newest list states, which must still speak; of all of it the highest binds
    day, found, two = span[0], [], False
    while day < span[1]:
        begun = [one for one in given["candidates"] if one["valid_from"] <= day]
        best = max(begun, key=lambda one: (one["valid_from"], one["list_cut_date"], int(one["list_order"])))
        beside = [one for one in begun if all(one[key] == best[key] for key in ("valid_from", "list_order", "basis"))]
        last_day = later(best["list_cut_date"], int(given["max_age_days"]))
        financed = any(one.get("financing", {}).get("standing", "").startswith("financed") for one in beside)  # a unit price for reference binds nobody
        gone = day >= best.get("omitted_from", "9999")  # a later edition of the list no longer states it
        expect("days in force", place, [*{one["state"] for one in beside}, day <= last_day, financed, gone], ["amount", True, False, False])
        stated = sorted((bound(one, given, final) for one in beside), key=lambda one: -one[0])
        found, day, two = [*found, stated[0]], later(day, 1), two or stated[0][0] != stated[-1][0]
    ceiling, margin, best = max(found, key=lambda one: one[0])
    changed, derived = any(one[0] != ceiling for one in found), best["basis"] == "derived_from_unit_price"
    unpaid = best.get("financing", {}).get("standing") == "not_financed"
    codes = zip(("medical_sample", "list_states_two_prices", "ceiling_changed_in_period", "financing_not_verified", "not_financed_by_upc"),
                (given.get("medical_sample"), two, changed, derived and not unpaid, derived and unpaid))
    return ceiling, best["act"], ["ceiling", best["id"], shown(margin), shown(ceiling), changed, two], [code for code, there in codes if there]
def readings(unit, basis, price, ceiling):  # another unit of the pack wherever it is within or far less above; another pack when near
    (observed, by, factor, left, right), units, found = price, number(basis["facts"][0]) or 1, {}
    tries = [("pack", None, 1, ceiling)] * (unit != "A" and factor > 1) + [("dispensing_unit", None, units, ceiling)] * (unit == "D" and units > 1)
    tries += [(f"pack of {n}", cum, 1, number(limit)) for cum, n, limit in basis["siblings"] if number(n) != units]
    for per, cum, a, b in ((per, cum, observed * n, limit * by) for per, cum, n, limit in tries):
        if per not in found and (abs(a - b) * 10 <= b or cum is None and (a <= b or (a - b) * 10 <= left - right)):
            over = shown((a - b) / b * 100, 4, 4) if a > b else None
            found[per] = {"per": per, "cum": cum, "verdict": "above" if over else "within", "excess_percent": over, "ratio": shown(a / b, 2, 2)}
    return sorted(found.values(), key=lambda one: (one["cum"] is not None, abs(number(one["ratio"]) - 1)))[:3]
def check_row(n, row, case):  # returns what the row was over
    said, basis, place, over, start = row["reported"], row["basis"], f"row {n}", {}, (row["reported"]["period"] + "-01-01")[:10]
    ends = {4: later(start, 366)[:5] + "01-01", 7: later(start, 31)[:8] + "01", 10: later(start, 1)}  # a year, a month, a day
    span, where, (units, content, _) = [start, ends[len(said["period"])]], PLACES[said["transaction"]].split(), basis["facts"]
    parts, rules = [json.dumps(basis[part], ensure_ascii=False, separators=(",", ":")) for part in ("law_steps", "siblings", "facts")], basis["rule_version"]
    ceiling, act, chosen, law = choose(basis["law_steps"][2]["inputs"], span, where[1] == "final", place)
    expect("bases", place, [basis["digest"], *([*step["result"].values()] for step in basis["law_steps"])],
           [sha256("\n".join([rules, *parts]).encode()), span, where, chosen if rules == "2" else chosen[:5]])
    within = case["period"]["from"] <= span[0] < span[1] <= case["period"]["until"]
    expect("rows of the case", place, [row["number"], said["cum"], said["seller_nit"], act, rules in ("1", "2"), within],
           [n, case["medicine"]["cum"], case["seller"]["nit"], case["act"]["id"], True, True])
    factor = number({"A": "1", "B": units if units == "1" else None, "C": units, "D": content}[said["unit"]])
    for price in row["prices"]:
        which, steps = price["which"], {step["step"]: [*step["inputs"].values(), *step["result"].values()] for step in price["worksheet"]}
        observed, by = map(number, (said["value"], said["units"]) if which == "average" else (said[which], "1"))
        left, right = (observed * factor, ceiling * by) if observed and by else (0, 0)
        kind = "above" if left > right else "within" if left else "cannot_compare"
        computed = [*map(shown, (observed, by, factor, ceiling, left, right)), kind] if left else []
        if left > right: over[which] = left, right
        if rules == "2" and left:  # the earlier rules wrote no step for the readings
            others = readings(said["unit"], basis, (observed, by, factor, left, right), ceiling) if left > right else []
            DOUBTFUL.extend(others)
            doubts = [code for code, there in (("another_unit_fits", others), ("implausibly_low", left * 100 <= right), ("implausibly_high", left >= right * 100)) if there]
            expect("doubts", f"{place} {which}", [steps["verdict"][1], steps.get("readings", [[]])[-1]], [doubts + law, others])
        excess = [*map(shown, (left, right, by)), shown((left - right) / by, 2, 4), shown((left - right) / right * 100, 4, 4)] if left > right else []
        expect("prices", f"{place} {which}", [price["verdict"], steps["verdict"][0], price["worksheet"][:3], *steps.get("compare", []),
               *steps.get("excess", [])], [kind, kind, basis["law_steps"], *computed, *excess])
    (which, (left, right)), kind = min(over.items()), "net_of_average" if "average" in over else "one_unit_at_least"  # by the alphabet
    amount, sides = shown((left - right) / factor, 2, 2, 0), zip(("left", "right", "factor"), map(shown, (left, right, factor)))
    expect("excesses", place, row["excess"], {"kind": kind, "price": which, **dict(sides), "amount": amount})
    return number(amount)
def check(path, pinned=None):
    data, again = open(path, "rb").read(70 << 20), io.BytesIO()
    infos = (archive := zipfile.ZipFile(io.BytesIO(data))).infolist()
    within = len(infos) <= 10_000 and sum(info.file_size for info in infos) <= 64 << 20 and not any(info.compress_type for info in infos)
    files = {info.filename: archive.read(info) for info in infos if within}
    with zipfile.ZipFile(again, "w") as copy:  # nothing is compressed, and no bit of any header is free
        for name, raw in files.items(): info = zipfile.ZipInfo(name); info.create_system = 3; copy.writestr(info, raw)
    expect("zip", path, sha256(data), sha256(again.getvalue()))
    content, key = json.loads(files["case.json"]), json.loads(files["public-key.json"])
    case, rows, public = content["case"], content["evidence"], base64.urlsafe_b64decode(key["public_key"] + "=")
    wanted = {"LEAME.txt": files["LEAME.txt"], "case.json": pretty(content), "caso.html": files["caso.html"]}
    wanted[f"actos/{case['act']['id']}.json"] = pretty(case["act"])
    wanted |= {f"filas/{row['number']}.json": pretty({part: row[part] for part in ("number", "source", "reported")}) for row in rows}
    wanted |= {f"hojas/{row['number']}.json": pretty({part: row[part] for part in ("number", "prices")}) for row in rows}
    sealed = {"format": "termometro-dossier/1", "case": case["id"], "generated_at": content["generated_at"]}
    sealed["files"] = [{"name": name, "bytes": len(files[name]), "sha256": sha256(files[name])} for name in wanted]
    wanted |= {"manifest.json": pretty(sealed), "manifest.jws": files["manifest.jws"]}
    wanted["public-key.json"] = pretty({"kid": key["kid"], "algorithm": "Ed25519", "public_key": base64url(public)})
    expect("files", "zip", [*files, sha256(wanted["case.json"]).encode() in files["caso.html"]], [*wanted, True])
    for name, value in wanted.items(): expect("files", name, files[name], value)
    signed = ".".join(map(base64url, (f'{{"alg":"EdDSA","kid":"{key["kid"]}"}}'.encode(), files["manifest.json"])))
    signature = base64.urlsafe_b64decode(files["manifest.jws"][-86:] + b"==")
    expect("signature", "manifest.jws", [files["manifest.jws"].decode(), signed_by(public, signed.encode(), signature), base64url(public)],
           [f"{signed}.{base64url(signature)}", True, pinned or base64url(public)])
    amounts, origins = [check_row(n, row, case) for n, row in enumerate(rows, 1)], {(r["source"]["sha256"], r["source"]["line"]) for r in rows}
    expect("total", "case.json", [case["reports"], len(origins), case["total_excess"], case.get("another_unit_fits", bool(DOUBTFUL))],
           [len(rows), len(rows), {"amount": shown(sum(amounts), 2, 2), "currency": "COP"}, bool(DOUBTFUL)])
try: check(*sys.argv[1:])
except Exception as fault: FAULTS.append(f"{type(fault).__name__}: {fault}")
sys.exit(print(*(f"{what}: {count}" for what, count in DONE.items()), *FAULTS, "FAULTS" if FAULTS else "OK", sep="\n") or bool(FAULTS))
