"""Goal 6: search over the whole catalogue through HTTP at one connection, against pg_trgm on the same queries."""

import http.client
import json
import pathlib
import statistics
import subprocess

from . import labels, load
from .build import say
from .dataset import quoted
from .ratio import Series, alternating
from .result import Result
from .servers import clean_environment, fetch
from .stage import wait_for_memory

TRIGRAM = pathlib.Path(__file__).with_name("peers") / "trigram_search.py"
# What pg_trgm searches: the same words that ours does. unaccent is not immutable, so an index needs a function that says it is.
TRIGRAM_TABLE = """CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE FUNCTION bench_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(unaccent('unaccent', $1)) $$;
CREATE TABLE bench_search AS SELECT expediente, consecutive,
    bench_fold(concat_ws(' ', brand, array_to_string(ingredients, ' '), strength, holder, expediente || '-' || consecutive)) AS words FROM medicine;
CREATE INDEX bench_search_words ON bench_search USING gin (words gin_trgm_ops);
ANALYZE bench_search"""


def goal_6(stage):
    say("goal 6: search")
    rows = catalogue(stage)
    by_product = {row["cum"]: row for row in rows}
    asked = labels.can_be_right(labels.by_rule(stage.folder, 210 if stage.plan.name == "quick" else 2_100) + labels.by_hand(), rows)
    paths = [f"/v1/medicines?q={quoted(label.query)}&limit=10" for label in asked]
    requests = load.write_requests(stage.home / "search.requests", paths)
    with stage.service("service-search") as ours:
        ours.wait_for(paths[0])
        remembered = wait_for_memory(ours, paths[0], 60)
        yield recall(ours, asked, paths)
        yield from against_trigrams(stage, ours, asked, requests, by_product, remembered)


def catalogue(stage):
    """Brand, ingredients and strength of every product, as the service knows them."""
    sql = "SELECT json_build_object('cum', expediente || '-' || consecutive, 'brand', brand, 'ingredients', ingredients, 'strength', strength) FROM medicine"
    return [json.loads(line) for line in stage.database.psql(stage.database.name, sql).splitlines()]


def told(missed, asked):
    """Recall by kind, the worst first."""
    kinds = {}
    for label in asked:
        right, count = kinds.get(label.kind, (0, 0))
        kinds[label.kind] = (right + (label not in missed), count + 1)
    shares = sorted((right / count, kind) for kind, (right, count) in kinds.items())
    return ", ".join(f"{kind} {share:.3f}" for share, kind in shares)


def recall(ours, asked, paths):
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
    missed = set()
    for label, path in zip(asked, paths):
        status, _, body = fetch(ours.port, path, connection=connection)
        found = json.loads(body)["data"] if status == 200 else []
        if not any(label.is_right(row) for row in found[:10]):
            missed.add(label)
    connection.close()
    share = 1 - len(missed) / len(asked)
    beside = f"{len(asked)} queries; {told(missed, asked)}"
    result = Result("6", "search: recall at 10", 0.98, 0.95, "").absolute([share], beside)
    result.details["missed"] = [label.query for label in missed]
    return result


def against_trigrams(stage, ours, asked, requests, by_product, remembered):
    late = Result("6", "search through HTTP, one connection: p99", 1, 2, "ms", False)
    rate = Result("6", "search: queries per second / pg_trgm, one connection each", 150, 50)
    one = lambda: load.run(ours, requests, stage.plan.seconds, connections=1, threads=1)  # noqa: E731
    if stage.python is None:
        loads = [one() for _ in range(stage.plan.rounds)]
        yield late.absolute([each.p99_ms for each in loads])
        yield rate.not_measured(stage.python_reason)
        return
    stage.database.copy_of_while_used(stage.database.name, "bench_trgm", ["medicine"])
    stage.database.psql("bench_trgm", TRIGRAM_TABLE)
    queries = stage.home / "search.queries"
    queries.write_text("\n".join(label.query for label in asked), encoding="utf-8")
    speed, loads, theirs = Series(), [], []
    for mine, other in alternating(stage.plan.rounds, one, lambda: trigrams(stage, queries, stage.plan.seconds)):
        speed.add(mine.per_second, other["per_second"])
        loads.append(mine)
        theirs.append(other)
    found = trigrams(stage, queries, 0)["found"]
    right = sum(any(label.is_right(by_product[cum]) for cum in cums) for label, cums in zip(asked, found))
    stage.database.drop("bench_trgm")
    middle = statistics.median
    source = "from memory" if remembered else "from the database (memory did not answer)"
    yield late.absolute([each.p99_ms for each in loads], f"p50 {middle(each.p50_ms for each in loads):.3f} ms; {source}")
    yield rate.measured(speed, f"{middle(speed.ours):,.0f} / {middle(speed.theirs):,.0f} a second; pg_trgm p50 "
                        f"{middle(each['p50_ms'] for each in theirs):.1f}, p99 {middle(each['p99_ms'] for each in theirs):.1f} ms, "
                        f"recall {right / len(asked):.3f}")


def trigrams(stage, queries, seconds):
    environment = clean_environment(**stage.database.environment("bench_trgm"))
    done = subprocess.run([str(stage.python), str(TRIGRAM), str(queries), str(seconds)], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"trigram_search.py: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout.splitlines()[-1])
