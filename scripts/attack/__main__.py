"""Fills a database, starts the service with its usual limits, attacks it, and says what others got meanwhile."""

import argparse
import json
import shutil
import sys

from bench import build, dataset, machine, plan
from bench.servers import PrivateDatabase, Server, clean_environment, free_port
from bench.stage import wait_for_memory

from . import scenarios


def arguments():
    parser = argparse.ArgumentParser(prog="attack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 reports and short attacks, about three minutes")
    parser.add_argument("--program", help="this program instead of building one")
    parser.add_argument("--only", default="", help="names of scenarios, between commas")
    return parser.parse_args()


def started(binary, database, home):
    port = free_port()
    environment = clean_environment(
        DATABASE_URL=database.url, TERMOMETRO_DATA_DIR=home / "service", TERMOMETRO_LISTEN=f"127.0.0.1:{port}", TERMOMETRO_LOG="warn",
        TERMOMETRO_EXPORTS_KEPT="0",
    )
    return Server("service", [binary, "serve"], home / "logs", environment, port)


def attacks(server, database, questions, quick):
    cum, amount = questions.checks[0]
    reported = questions.reported[0]
    small = [f"/v1/medicines/{cum}", f"/v1/check?cum={cum}&amount={amount}&date={questions.day}&transaction=1", f"/v1/medicines/{reported}/prices"]
    dear = ["/v1/assessments?limit=1000&verdict=above", "/v1/assessments/summary", "/", "/v1/status"]
    seconds = 5 if quick else 20
    return {
        "dear": lambda: scenarios.dear_questions(server, small, dear[:1] if quick else dear, seconds),
        "sockets": lambda: scenarios.sockets_and_drips(server, small, seconds),
        "readers": lambda: scenarios.readers_of_the_first_page(server, 1_000 if quick else 10_000),
        "overload": lambda: scenarios.ten_times_the_capacity(server, [small[2]], seconds),
        "slow": lambda: scenarios.slow_readers(server, dear[0], small, 40),
        "frozen": lambda: scenarios.frozen_database(server, database, f"/v1/medicines/{reported}/prices"),
    }


def written(facts, sizes, lines):
    rows = [f"- **{name}**: {value}" for name, value in facts.items()] + [f"- **sizes**: {sizes}", ""]
    rows += ["| what | measured | limit | held | beside |", "|---|---|---|---|---|"]
    for line in lines:
        measured = "-" if line.measured is None else f"{line.measured:,.2f}".rstrip("0").rstrip(".")
        rows.append(f"| {line.what} | {measured} {line.unit} | {line.limit:g} | {'yes' if line.held else '**no**'} | {line.beside} |")
    return "\n".join(rows)


def main():
    wanted = arguments()
    sizes = plan.QUICK if wanted.quick else plan.USUAL
    only = {name for name in wanted.only.split(",") if name}
    build.HERE.mkdir(parents=True, exist_ok=True)
    home = build.HERE / "attack"
    shutil.rmtree(home, ignore_errors=True)
    (home / "logs").mkdir(parents=True)
    programs = build.postgresql_programs()
    binary = build.pathlib.Path(wanted.program).resolve() if wanted.program else build.program()
    facts = machine.describe(programs, None, build.ROOT)
    folder = dataset.generate(binary, build.HERE / f"data-{sizes.name}", sizes)
    database = PrivateDatabase(binary, home / "database", home / "logs", programs)
    lines = []
    try:
        dataset.fill(binary, database, folder)
        questions = dataset.Questions(database)
        with started(binary, database, home) as server:
            server.wait_for("/readyz")
            wait_for_memory(server, f"/v1/medicines/{questions.medicines[0]}")
            for name, attack in attacks(server, database, questions, wanted.quick).items():
                if not only or name in only:
                    build.say(f"attack: {name}")
                    lines += attack()
    finally:
        database.stop()
    text = written(facts, sizes, lines)
    (build.HERE / "attack.md").write_text(text + "\n", encoding="utf-8")
    (build.HERE / "attack.json").write_text(json.dumps([vars(line) | {"held": line.held} for line in lines], indent=1), encoding="utf-8")
    shutil.rmtree(home / "database", ignore_errors=True)
    print(text)
    return 0 if all(line.held for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
