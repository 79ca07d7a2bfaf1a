"""The table: Markdown for a person, JSON for a program, the same content."""

import json


def figure(value, unit):
    if value is None:
        return "–"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{text}x" if unit == "x" else f"{text} {unit}"


def bound(result, value):
    if value is None:
        return "–"
    sign = "≥" if result.higher_is_better else "≤"
    return f"{sign} {figure(value, result.unit)}"


def markdown(machine, plan, results):
    lines = ["# Benchmarks", ""]
    lines += [f"- **{name}**: {value}" for name, value in machine.items()]
    lines += [f"- **sizes**: {plan}", ""]
    lines.append("Ratios are medians of alternating rounds within this run; the load generator shares the cores. See docs/benchmarks.md.")
    lines += ["", "| # | what | measured | min..max | rounds | stretch | floor | mark | beside |", "|---|---|---|---|---|---|---|---|---|"]
    for result in results:
        spread = "–" if result.spread is None else "..".join(figure(end, "x")[:-1] for end in result.spread)
        mark = result.mark() if result.value is not None else f"not measured: {result.reason}"
        cells = [
            result.goal, result.what, figure(result.value, result.unit), spread, str(result.rounds or "–"),
            bound(result, result.stretch), bound(result, result.floor), mark, result.beside or "–",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    counted = {}
    for result in results:
        counted[result.mark()] = counted.get(result.mark(), 0) + 1
    lines += ["", ", ".join(f"{mark}: {count}" for mark, count in counted.items()), ""]
    return "\n".join(lines)


def as_json(machine, plan, results):
    rows = []
    for result in results:
        rows.append({
            "goal": result.goal, "what": result.what, "value": result.value, "unit": result.unit, "spread": result.spread,
            "rounds": result.rounds, "stretch": result.stretch, "floor": result.floor, "higher_is_better": result.higher_is_better,
            "mark": result.mark(), "reason": result.reason, "beside": result.beside, "details": result.details,
        })
    return json.dumps({"machine": machine, "sizes": str(plan), "results": rows}, indent=1, ensure_ascii=False)


def write(folder, machine, plan, results):
    """Writes both; gives the Markdown back."""
    text = markdown(machine, plan, results)
    (folder / "report.md").write_text(text, encoding="utf-8")
    (folder / "report.json").write_text(as_json(machine, plan, results), encoding="utf-8")
    return text
