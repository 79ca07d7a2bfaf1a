"""Percentiles, slopes, and the one table at the end; the same as JSON."""

import json


def percentile(values, share):
    """The value at or below which that share of all lies (nearest rank)."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def slope(points):
    """The median of the slopes between all pairs of (x, y): one odd sample does not move it."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for index, a in enumerate(points) for b in points[index + 1 :] if b[0] != a[0]]
    if not slopes:
        return 0.0
    ordered, middle = sorted(slopes), len(slopes) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def seconds(value):
    return "–" if value is None else f"{value:.2f} s"


def table(head, rows):
    cells = [head, *rows]
    widths = [max(len(str(row[place])) for row in cells) for place in range(len(head))]
    lines = ["  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


class Figures:
    """Of one run: faults with the seconds until the service was ready again, counts, and what was violated."""

    def __init__(self, seed):
        self.seed, self.faults, self.counts, self.statuses, self.violations = seed, {}, {}, {}, []
        self.mutants, self.skipped = [], {}

    def fault(self, kind, ready_after=None, remark=None):
        kept = self.faults.setdefault(kind, {"times": 0, "ready_after": [], "remarks": {}})
        kept["times"] += 1
        if ready_after is not None:
            kept["ready_after"].append(ready_after)
        if remark:
            kept["remarks"][remark] = kept["remarks"].get(remark, 0) + 1

    def add(self, name, number):
        self.counts[name] = self.counts.get(name, 0) + number

    def add_statuses(self, statuses):
        for status, number in statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + number

    def violated(self, violations, after):
        """Keeps each one once; the new ones are given back."""
        known, new = {(kept["kind"], kept["subject"]) for kept in self.violations}, []
        for one in violations:
            if (one.kind, one.subject) not in known:
                known.add((one.kind, one.subject))
                new.append(one)
        self.violations += [{"kind": one.kind, "subject": one.subject, "detail": one.detail, "after": after} for one in new]
        return new

    def lost(self):
        """Acknowledged writes that are not there, or not as they were sent."""
        kinds = [one["kind"] for one in self.violations]
        return sum(1 for kind in kinds if (kind.startswith("acknowledged") and kind.endswith("lost")) or kind == "submission with other bytes")

    def missed_mutants(self):
        return [mutant for mutant in self.mutants if not mutant["caught"]]

    def exit_code(self):
        return 1 if self.violations or self.missed_mutants() else 0

    def as_json(self, **more):
        kept = {name: getattr(self, name) for name in ("seed", "faults", "counts", "statuses", "violations", "mutants", "skipped")}
        return json.dumps({**more, "exit_code": self.exit_code(), "lost": self.lost(), **kept}, indent=1)

    def text(self):
        rows = []
        for kind, kept in self.faults.items():
            after = kept["ready_after"]
            remarks = ", ".join(f"{remark}: {number}" for remark, number in sorted(kept["remarks"].items()))
            middle, late = (seconds(percentile(after, share)) for share in (0.5, 0.99))
            rows.append((kind, kept["times"], middle, late, seconds(max(after, default=None)), remarks))
        parts = [table(("fault", "times", "ready p50", "p99", "max", "remarks"), rows)] if rows else []
        parts += [f"SKIPPED {kind}: {reason}" for kind, reason in self.skipped.items()]
        if self.counts:
            acknowledged = sum(number for name, number in self.counts.items() if name.endswith(": acknowledged"))
            rows = [("ACKNOWLEDGED WRITES", acknowledged), ("  OF THEM LOST", self.lost()), *sorted(self.counts.items())]
            parts.append(table(("what", "number"), rows))
        if self.statuses:
            parts.append(table(("answers", "number"), sorted(self.statuses.items())))
        if self.mutants:
            parts.append(table(("mutant", "caught", "by"), [(one["name"], "yes" if one["caught"] else "NO", one["by"]) for one in self.mutants]))
        kinds = {}
        for one in self.violations:
            kinds[one["kind"]] = kinds.get(one["kind"], 0) + 1
        parts.append(table(("violation", "number"), sorted(kinds.items())) if kinds else "violations: 0")
        if self.violations:
            first = self.violations[0]
            parts.append(f"the first, after {first['after']}: {first['kind']}: {first['subject']}: {first['detail']}\n"
                         f"again with: make torture SEED={self.seed}")
        return "\n\n".join(parts)
