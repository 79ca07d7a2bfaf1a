"""The keys of the people in the run: operators, two regulators, reporters. A key that waits for a second person is confirmed by one."""

import contextlib
import json
import time
from dataclasses import dataclass

from .client import Client, Lost, Statuses

REPORTERS = (("Mayorista SAS", "900123456-8"), ("Droguería Norte", "890903938-8"))


class NoKeys(Exception):
    """The keys of the run could not be made; the message says what the program answered."""


@dataclass
class People:
    drafter: str
    approver: str
    reporters: list


def _json(done):
    if done.returncode != 0:
        raise NoKeys((done.stderr or done.stdout).strip()[-600:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def make(installation, random):
    admin = _json(installation.command("keys", "bootstrap", "--json"))["key"]

    def create(kind, name, *more):
        return _json(installation.command("keys", "create", "--kind", kind, "--name", name, *more, "--json", TERMOMETRO_ADMIN_KEY=admin))

    second = create("operator", "Segunda operadora")["key"]
    regulators = []
    for name in ("Ana Ruiz", "Luis Mora"):
        made = create("regulator", name)
        if not opens(installation, made["key"], random):
            confirm(installation, made["id"], name, [*regulators, second])
            if not opens(installation, made["key"], random, seconds=5):
                raise NoKeys(f"the regulator's key {made['id']} opens nothing although it was confirmed")
        regulators.append(made["key"])
    reporters = [create("reporter", name, "--nit", nit, "--actor", "wholesaler")["key"] for name, nit in REPORTERS]
    return People(*regulators, reporters)


def opens(installation, key, random, seconds=0.0):
    """Whether the key may read drafts, at once or within some seconds: a running service notices a confirmation a little later."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(Lost):
            if Client(installation.port, Statuses(), random, key).ask("GET", "/v1/act-drafts?limit=1").status == 200:
                return True
        if time.monotonic() >= end:
            return False
        time.sleep(0.1)


def confirm(installation, identity, name, confirmers):
    """By a person who may; where there is none yet, by the owner of the machine."""
    words = ("keys", "confirm", identity, "--holder", name, "--reason", "make torture")
    tries = [((), {"TERMOMETRO_ADMIN_KEY": key}) for key in confirmers] + [(("--as-host",), {})]
    said = []
    for more, settings in tries:
        done = installation.command(*words, *more, **settings)
        if done.returncode == 0:
            return
        said.append(done.stderr.strip()[-200:])
    raise NoKeys(f"the regulator's key {identity} opens nothing, and was not confirmed: {said}")
