#!/usr/bin/env python3
"""Checks the log offline: `verify_log.py KEY FILE…`; KEY as /v1/keys has it, each FILE an answer of /v1/log… or a receipt. Exit 0 and `OK`, or 1 and each fault."""
import base64, hashlib, json, sys
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519 as in RFC 8032
D, HEADS, LEAVES, FAULTS = -121665 * pow(121666, -1, P) % P, {}, {}, []
add = lambda p, q: ((p[0] * q[1] + p[1] * q[0]) * pow(1 + (t := D * p[0] * p[1] * q[0] * q[1]), -1, P) % P,
                    (p[1] * q[1] + p[0] * q[0]) * pow(1 - t, -1, P) % P)
times = lambda n, p: add(times(n >> 1, add(p, p)), p if n & 1 else (0, 1)) if n else (0, 1)
unbase64 = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
leaf_hash, node_hash = lambda data: hashlib.sha256(b"\0" + data).digest(), lambda *two: hashlib.sha256(b"\1" + b"".join(two)).digest()  # RFC 9162, 2.1.1
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
def payload_of(jws):
    expect("signature", signed_by(KEY, (signed := jws.strip().rsplit(".", 1))[0].encode(), unbase64(signed[1])), True)
    return json.loads(unbase64(signed[0].split(".")[1]))
def expect(what, stated, computed):
    if stated != computed: FAULTS.append(f"{NAME}: {what}: states {stated}, computed {computed}")
def climb(at, last, proof, pairs):  # RFC 9162, 2.1.3.2 and 2.1.4.2: `pairs` are the hashes that grow, the last one on both sides
    for beside in proof:
        if not last: return None
        if at & 1 or at == last:
            pairs = [node_hash(beside, one) for one in pairs]
            while not at & 1 and at: at, last = at >> 1, last >> 1
        else: pairs = [*pairs[:-1], node_hash(pairs[-1], beside)]
        at, last = at >> 1, last >> 1
    return None if last else pairs
def check(text):
    data = json.loads(text)["data"] if text.lstrip().startswith("{") else {"receipt": text.strip()}
    if isinstance(data, list):
        for one in data: LEAVES[one["index"]] = one["hash"]; expect(f"leaf {one['index']}", one["hash"], leaf_hash(one["entry"].encode()).hex())
    elif "signed_head" in data:
        HEADS.update({(head := payload_of(data["signed_head"]))["size"]: head["root"]})
        expect("head", [data["size"], data["root"], head["format"]], [head["size"], head["root"], "termometro-log-head/1"])
    elif "leaf_hash" in data:
        found = climb(data["index"], data["size"] - 1, map(bytes.fromhex, data["proof"]), [bytes.fromhex(data["leaf_hash"])])
        expect("inclusion", [data["root"], data["leaf_hash"]], [found and found[0].hex(), LEAVES.get(data["index"], data["leaf_hash"])])
        expect(f"signed root of {data['size']} leaves", data["root"], HEADS.get(data["size"]))
    elif "first_root" in data:
        first, second = data["first"], data["second"]  # a first log of a power of two stands for itself
        proof = [bytes.fromhex(one) for one in [data["first_root"]] * (first & first - 1 == 0) + data["proof"]]
        at, last = (size - 1 >> len(bin(first & -first)) - 3 for size in (first, second))
        found = climb(at, last, proof[1:], proof[:1] * 2) if first != second else [bytes.fromhex(data["second_root"])] * 2
        expect("consistency", [data["first_root"], data["second_root"]], found and [one.hex() for one in found])
        for size in ("first", "second"): expect(f"signed root of {data[size]} leaves", data[f"{size}_root"], HEADS.get(data[size]))
    else:
        payload_of(data["receipt"]); digest = hashlib.sha256(data["receipt"].encode()).hexdigest()
        print("receipt: its leaf is", leaf_hash(f'{{"kind":"receipt","sha256":"{digest}"}}'.encode()).hex())
KEY, NAME = unbase64(sys.argv[1]), ""
for NAME in sorted(sys.argv[2:], key=lambda name: "proof" in (t := open(name).read()) and '"signed_head"' not in t):
    try: check(open(NAME, encoding="utf-8").read())
    except Exception as fault: FAULTS.append(f"{NAME}: {type(fault).__name__}: {fault}")
sys.exit(print(*FAULTS, "FAULTS" if FAULTS else "OK", sep="\n") or bool(FAULTS))
