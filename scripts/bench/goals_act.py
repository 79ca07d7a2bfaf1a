"""Goals W9 and W13: what a regulator waits for who looks at a draft act of 400 ceilings, over HTTP."""

import json
import random
import time
from decimal import Decimal

from .build import say
from .goals_versions import ask, command, key, operators
from .ratio import percentile

CEILINGS, DRAGS = 400, 40
# After the first day of every generated act: none of them would bind in this one's place.
VALID_FROM = "2025-01-01"
NAME = "service-act"


def regulator(stage):
    """The key of one, made by one operator and confirmed by another."""
    made = key(stage, "create", "--kind", "regulator", "--name", "Ana Ruiz", admin=operators(stage)[0])
    command(stage, "keys", "confirm", made["id"], "--holder", "Ana Ruiz", TERMOMETRO_ADMIN_KEY=operators(stage)[1])
    return made["key"]


def ceilings(stage, share):
    """Of the products with most reports, this share of their present ceiling."""
    rows = stage.database.psql(stage.database.name, f"""SELECT c.expediente || '-' || c.consecutive || ' ' || max(c.amount)
        FROM ceiling c JOIN (SELECT expediente, consecutive, count(*) AS reports FROM sismed_report GROUP BY 1, 2) r USING (expediente, consecutive)
        WHERE c.kind = 'maximum' AND c.column_code = 'institutional' AND c.amount IS NOT NULL
        GROUP BY c.expediente, c.consecutive ORDER BY max(r.reports) DESC, 1 LIMIT {CEILINGS}""").splitlines()
    for row in rows:
        cum, amount = row.split(" ")
        money = {"amount": str((Decimal(amount) * share).quantize(Decimal("0.01"))), "currency": "COP", "per": "pack"}
        yield {"cum": cum, "column": "institutional", "amount": money, "ips_margin": "rule"}


def draft(stage, port, key, number):
    body = {
        "title": f"Circular {900 + number} de 2026", "valid_from": VALID_FROM, "subject_es": "Ejemplo.", "subject_en": "Example.", "source": "Ejemplo",
        "supersedes": [], "reason": "ejemplo", "ceilings": list(ceilings(stage, Decimal(random.Random(number).randint(70, 99)) / 100)),
    }
    return ask(port, "POST", "/v1/act-drafts", key, json.dumps(body).encode(), media_type="application/json")["id"]


def goal_act(stage):
    say("goal W9: preview of an act")
    path, first, dragging, memory, judged = f"/v1/medicines/{stage.questions.medicines[0]}", [], [], [], 0
    for number in range(3):
        with stage.service(NAME) as ours:
            ours.wait_for(path)
            if number == 0:
                drafting = regulator(stage)
                drafts = [draft(stage, ours.port, drafting, number) for number in range(DRAGS)]
            # As a regulator who opens the page: the service has had time to read what it holds.
            time.sleep(15)
            for which, name in enumerate(drafts):
                begun = time.monotonic()
                preview = ask(ours.port, "GET", f"/v1/act-drafts/{name}/preview", drafting)
                spent = (time.monotonic() - begun) * 1000
                (dragging if which else first).append(spent)
                if not which:
                    memory.append(ours.memory_mib("VmRSS"))
                    judged = preview["reports"]["judged_again"]
    sql = f"; the lightest SQL on such registrations: {stage.kept['preview_sql_ms']:,.0f} ms" if "preview_sql_ms" in stage.kept else ""
    stage.lines["W9"].absolute(first, f"{judged:,} reports judged again, {stage.plan.reports:,} stored; three starts{sql}")
    stage.lines["W9 drag"].absolute([percentile(dragging, 0.99)], f"{len(dragging)} previews, median {percentile(dragging, 0.5):,.0f} ms")
    stage.lines["W13 preview"].absolute(memory, f"{stage.plan.reports:,} reports")
