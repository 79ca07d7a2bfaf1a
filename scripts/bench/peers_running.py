"""Starts each peer on the same data and says how it is asked the three hot questions."""

import csv
import io
import pathlib
import sqlite3
from decimal import Decimal

from .servers import Server, clean_environment, free_port

PEERS = pathlib.Path(__file__).with_name("peers")
TABLES = {
    "medicine": """SELECT expediente, consecutive, brand, description, holder, registration, registration_state, active::int, medical_sample::int,
        atc, to_json(ingredients)::text AS ingredients, strength, form, route, form_group, market, dispensing_units::text, regulated_units::text,
        regulated_unit, regulated::int, to_json(sources)::text AS sources FROM medicine""",
    "ceiling": """SELECT expediente, consecutive, column_code, amount::text, (amount * 10000)::bigint AS units, margin_kind, margin::text, act_id,
        valid_from::text FROM ceiling WHERE kind = 'maximum'""",
    "thermometer_price": """SELECT source_file_id, line, expediente, brand, maker, ingredient, concentration, dispensing_unit, channel, group_key,
        price::text, price::float8 AS number FROM thermometer_price""",
}
KEYS = {
    "medicine": ["CREATE UNIQUE INDEX medicine_key ON medicine (expediente, consecutive)"],
    "ceiling": ["CREATE INDEX ceiling_key ON ceiling (expediente, consecutive)"],
    "thermometer_price": ["CREATE INDEX thermometer_product ON thermometer_price (expediente, channel)",
                          "CREATE INDEX thermometer_group ON thermometer_price (source_file_id, group_key)"],
}
WHOLE = {"expediente", "consecutive", "source_file_id", "line", "units"}


def sqlite_copy(database, file):
    """The rows that the peers need, as SQLite, with the same indexes."""
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    for table, sql in TABLES.items():
        text = database.psql(database.name, f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, HEADER)")
        rows = csv.reader(io.StringIO(text))
        names = next(rows)
        kinds = ", ".join(f"{name} {'INTEGER' if name in WHOLE else 'REAL' if name == 'number' else 'TEXT'}" for name in names)
        connection.execute(f"CREATE TABLE {table} ({kinds})")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
        for key in KEYS[table]:
            connection.execute(key)
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
    return file


def fastapi(python, database, log_dir, _):
    port = free_port()
    command = [python, "-m", "uvicorn", "fastapi_app:app", "--port", port, "--workers", 2, "--loop", "uvloop", "--http", "httptools",
               "--no-access-log", "--log-level", "warning"]
    return Server("fastapi", command, log_dir, clean_environment(**database.environment(database.name)), port, PEERS)


def django(python, database, log_dir, _):
    port = free_port()
    command = [python, "-m", "gunicorn", "django_app:application", "--bind", f"127.0.0.1:{port}", "--workers", 2, "--threads", 4,
               "--worker-class", "gthread", "--keep-alive", 60, "--log-level", "warning", "--worker-tmp-dir", "/dev/shm"]
    return Server("django", command, log_dir, clean_environment(**database.environment(database.name)), port, PEERS)


def datasette(python, database, log_dir, folder):
    port = free_port()
    file = sqlite_copy(database, folder / "bench.db")
    command = [python, "-m", "datasette", "serve", "--immutable", file, "--config", PEERS / "datasette.yml", "--port", port]
    return Server("datasette", command, log_dir, clean_environment(), port, folder)


def same_paths(questions):
    return questions.hot()


def datasette_paths(questions):
    def at(query, cum, rest=""):
        expediente, consecutive = cum.split("-")
        return f"/bench/{query}.json?_shape=array&expediente={expediente}&consecutive={consecutive}{rest}"

    def units(amount):
        return int(Decimal(amount) * 10000)

    return {
        "show_medicine": [at("show_medicine", cum) for cum in questions.medicines],
        "show_thermometer": [at("show_thermometer", cum, f"&channel={channel}") for cum, channel, _ in questions.thermometer],
        "check_price": [at("check_price", cum, f"&units={units(amount)}") for cum, amount in questions.checks],
    }


# Name, how to start it, how to ask it, stretch and floor of goal 3.
ALL = (
    ("FastAPI+asyncpg", fastapi, same_paths, 30, 20),
    ("Datasette", datasette, datasette_paths, 50, 35),
    ("Django REST framework", django, same_paths, 130, 80),
)
