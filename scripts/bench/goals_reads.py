"""Goals 1 to 5: hot reads, the peers, reads that go to the database, and answers that have not changed."""

import http.client
import re
import statistics
import subprocess

from . import load, peers_running
from .build import ROOT, say
from .ratio import Series, alternating
from .servers import clean_environment, fetch
from .stage import from_memory, wait_for_memory

TAGS_MAX = 20_000
POINT_KEYS = 2_000
STATEMENT_REQUESTS = 200


def goals_1_2_5(stage):
    """CPU, requests a second and p99 of the hot reads and of 304, in the same rounds against the static server."""
    hot = stage.questions.hot()
    with stage.service() as ours:
        ours.wait_for(f"/v1/medicines/{stage.questions.medicines[0]}")
        # The slowest to get ready decides.
        remembered = {name: wait_for_memory(ours, paths[0], 60) for name, paths in hot.items()}
        for name, paths in hot.items():
            hot_read(stage, ours, name, paths, remembered[name])
        unchanged(stage, ours, hot["show_medicine"])
        stage.kept["rss_mib"], stage.kept["peak_mib"] = ours.memory_mib("VmRSS"), ours.memory_mib("VmHWM")


def usual_body(server, paths):
    """The body of median length among a sample."""
    bodies = []
    for path in paths[:101]:
        status, _, body = fetch(server.port, path)
        if status == 200:
            bodies.append(body)
    return sorted(bodies, key=len)[len(bodies) // 2]


def hot_read(stage, ours, name, paths, remembered):
    say(f"goals 1 and 2: {name}")
    requests = load.write_requests(stage.home / f"{name}.requests", paths)
    body = usual_body(ours, paths)
    cpu, rate, late = Series(), Series(), Series()
    with stage.static(f"static-{name}", body) as static:
        static.wait_for("/")
        for server in (ours, static):
            load.run(server, requests, 1)
        before = from_memory(ours)
        loads = []
        for mine, theirs in alternating(
            stage.plan.rounds, lambda: load.run(ours, requests, stage.plan.seconds), lambda: load.run(static, requests, stage.plan.seconds)
        ):
            cpu.add(mine.cpu_us, theirs.cpu_us)
            rate.add(mine.per_second, theirs.per_second)
            late.add(mine.p99_ms, theirs.p99_ms)
            loads.append(mine.requests)
        share = (from_memory(ours) - before) / sum(loads)
    note = f"{len(body):,} bytes; {share:.0%} from memory" + ("" if remembered else " (memory was not ready)")
    middle = statistics.median
    stage.lines[f"1 {name}"].measured(cpu, f"{middle(cpu.ours):.1f} / {middle(cpu.theirs):.1f} µs; {note}")
    stage.lines[f"2 {name}"].measured(rate, f"{middle(rate.ours):,.0f} / {middle(rate.theirs):,.0f} a second")
    stage.lines[f"2 {name} p99"].measured(late, f"{middle(late.ours):.2f} / {middle(late.theirs):.2f} ms")


def unchanged(stage, ours, paths):
    say("goal 5: 304")
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
    kept, tags = paths[:TAGS_MAX], []
    for path in kept:
        tags.append(fetch(ours.port, path, connection=connection)[1]["etag"])
    for path, tag in list(zip(kept, tags))[:50]:
        status = fetch(ours.port, path, {"If-None-Match": tag}, connection)[0]
        if status != 304:
            raise RuntimeError(f"{path} with its ETag answers {status}, not 304")
    connection.close()
    requests = load.write_requests(stage.home / "unchanged.requests", kept, tags)
    rate = Series()
    with stage.static("static-304", usual_body(ours, paths)) as static:
        static.wait_for("/")
        for mine, theirs in alternating(
            stage.plan.rounds, lambda: load.run(ours, requests, stage.plan.seconds), lambda: load.run(static, requests, stage.plan.seconds)
        ):
            rate.add(mine.per_second, theirs.per_second)
    stage.lines["5"].measured(rate, f"{statistics.median(rate.ours):,.0f} / {statistics.median(rate.theirs):,.0f} a second; {len(kept):,} keys")


def goal_3(stage):
    """Each peer in turn, all three questions, against our service on the same data."""
    if stage.python is None:
        raise RuntimeError(stage.python_reason)
    hot = stage.questions.hot()
    with stage.service() as ours:
        ours.wait_for(f"/v1/medicines/{stage.questions.medicines[0]}")
        for paths in hot.values():
            wait_for_memory(ours, paths[0], 60)
        for peer, start, paths_of in peers_running.ALL:
            say(f"goal 3: {peer}")
            theirs_paths = paths_of(stage.questions)
            try:
                with start(stage.python, stage.database, stage.logs, stage.home) as theirs:
                    theirs.wait_for(theirs_paths["show_medicine"][0])
                    for name, paths in hot.items():
                        line = stage.lines[f"3 {peer} {name}"]
                        against_peer(stage, line, (ours, theirs), name, (paths, theirs_paths[name]))
            except Exception as fault:  # one peer that cannot run costs no other
                for name in hot:
                    stage.lines[f"3 {peer} {name}"].not_measured(str(fault))


def against_peer(stage, line, servers, name, paths):
    ours, theirs = servers
    mine = load.write_requests(stage.home / f"{name}.requests", paths[0])
    other = load.write_requests(stage.home / f"{name}.peer.requests", paths[1])
    load.run(theirs, other, 1)
    rate = Series()
    for left, right in alternating(
        stage.plan.rounds, lambda: load.run(ours, mine, stage.plan.seconds), lambda: load.run(theirs, other, stage.plan.seconds)
    ):
        rate.add(left.per_second, right.per_second)
    line.measured(rate, f"{statistics.median(rate.ours):,.0f} / {statistics.median(rate.theirs):,.0f} a second")


def goal_4(stage):
    """The statement of an operation alone with pgbench, against the whole operation through HTTP."""
    reports = [("read_model/sql/medicines/price_reports.sql", ":expediente", ":consecutive")]
    asked = stage.questions.reported[:POINT_KEYS]
    against_pgbench(stage, "4 list_prices", "list_prices", reports, asked, stage.questions.prices(POINT_KEYS), "on")


def goals_w11_w12(stage):
    """The same with the cache off, where the law of a registration is held and little is left to ask."""
    cums = stage.questions.medicines[:POINT_KEYS]
    medicines = [f"/v1/medicines/{cum}" for cum in cums]
    checks = stage.questions.hot()["check_price"][:POINT_KEYS]
    one = [("read_model/sql/medicines/medicine.sql", ":expediente", ":consecutive")]
    against_pgbench(stage, "W11", "show_medicine", one, cums, medicines, "off")
    version = [("read_model/sql/service/data_version.sql",)]
    against_pgbench(stage, "W12", "check_price", version, cums, checks, "off")
    for line, what, paths in (("W11", "show_medicine", medicines), ("W12", "check_price", checks)):
        statements_of(stage, line, what, paths[:STATEMENT_REQUESTS])


def statements_of(stage, line, what, paths):
    """How many statements PostgreSQL's log has for the second answer to each question; what the service asks by itself is little beside."""
    say(f"goal {line}: statements of {what}")
    database = stage.database
    database.psql("postgres", f'ALTER DATABASE "{database.name}" SET log_min_duration_statement = 0')
    try:
        with stage.service("service-statements", memory="off") as ours:
            ours.wait_for(paths[0])
            for path in paths:
                fetch(ours.port, path)
            before = database.statements_logged()
            for path in paths:
                fetch(ours.port, path)
            logged = database.statements_logged() - before
    finally:
        database.psql("postgres", f'ALTER DATABASE "{database.name}" RESET log_min_duration_statement')
    stage.lines[f"{line} statements"].absolute([logged / len(paths)], f"{logged} in the log for {len(paths)} requests")


def against_pgbench(stage, line, what, statements, cums, paths, memory, note=""):
    """`statements`: each a file under src with what stands for its parameters; more than one are one transaction, as in the operation."""
    say(f"goal {line}: {what}")
    texts = [((ROOT / "src" / file).read_text(encoding="utf-8"), values) for file, *values in statements]
    script = stage.home / f"{what}.pgbench"
    script.write_text(pgbench_script(texts, cums), encoding="utf-8")
    requests = load.write_requests(stage.home / "point.requests", paths)
    rate = Series()
    with stage.service("service-point", memory=memory) as ours:
        ours.wait_for(paths[0])
        tried = {count: load.run(ours, requests, 1, connections=count).per_second for count in (8, 16, 32, 64)}
        best = max(tried, key=tried.get)
        for mine, theirs in alternating(
            stage.plan.rounds, lambda: load.run(ours, requests, stage.plan.seconds, connections=best).per_second,
            lambda: pgbench(stage, script)
        ):
            rate.add(mine, theirs)
    beside = f"{statistics.median(rate.ours):,.0f} / {statistics.median(rate.theirs):,.0f} a second, {best} connections"
    stage.lines[line].measured(rate, f"{beside}; {note}" if note else beside)


def pgbench_script(statements, cums):
    """The very statements for random CUMs; parameters beyond those given are null, as for a question without a filter."""
    keys = [int(cum.split("-")[0]) * 100_000 + int(cum.split("-")[1]) for cum in cums]
    lines = [
        f"\\set at random(0, {len(keys) - 1})", f"\\set key {choice(keys, 0)}", "\\set expediente :key / 100000",
        "\\set consecutive :key % 100000",
    ]
    one_state = len(statements) > 1
    lines += ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"] if one_state else []
    lines += [f"{filled(text, values)};" for text, values in statements]
    lines += ["COMMIT;"] if one_state else []
    return "\n".join([*lines, ""])


def filled(statement, values):
    sql = " ".join(line for line in statement.splitlines() if not line.lstrip().startswith("--"))
    of = dict(enumerate(values, start=1))
    return re.sub(r"\$([0-9]+)\b", lambda found: of.get(int(found[1]), "NULL"), sql).strip().rstrip(";")


def choice(keys, first):
    """pgbench has no arrays: a balanced tree of CASE, a dozen comparisons deep."""
    if len(keys) == 1:
        return str(keys[0])
    half = len(keys) // 2
    return f"CASE WHEN :at < {first + half} THEN {choice(keys[:half], first)} ELSE {choice(keys[half:], first + half)} END"


def pgbench(stage, script):
    """Transactions a second of eight connections."""
    command = [stage.programs["pgbench"], "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(max(1, round(stage.plan.seconds))), "-f", script]
    environment = clean_environment(**stage.database.environment(stage.database.name))
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment)
    found = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"pgbench: {done.stderr.strip()[-300:]}")
    return float(found[1])
