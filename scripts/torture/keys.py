"""The keys of the people in the run: operators, two regulators, reporters. A key that waits for a second person is confirmed by one."""

import json
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
    regulators = [create("regulator", name) for name in ("Ana Ruiz", "Luis Mora")]
    for made in regulators:
        if not opens(installation, made["key"], random):
            confirm(installation, made, second)
            if not opens(installation, made["key"], random):
                raise NoKeys(f"the regulator's key {made['id']} opens nothing although a second operator confirmed it")
    reporters = [create("reporter", name, "--nit", nit, "--actor", "wholesaler")["key"] for name, nit in REPORTERS]
    return People(regulators[0]["key"], regulators[1]["key"], reporters)


def opens(installation, key, random):
    try:
        return Client(installation.port, Statuses(), random, key).ask("GET", "/v1/act-drafts?limit=1").status == 200
    except Lost:
        return False


def confirm(installation, made, second):
    """By whichever word the program has for it."""
    words = installation.command("keys", "--help").stdout
    for word in ("confirm", "approve"):
        if f"  {word}" in words:
            # The reason is given where the command takes one.
            for more in (("--reason", "torture"), ()):
                done = installation.command("keys", word, made["id"], *more, TERMOMETRO_ADMIN_KEY=second)
                if done.returncode == 0:
                    return
            raise NoKeys(f"keys {word} {made['id']}: {done.stderr.strip()[-400:]}")
    raise NoKeys(f"the regulator's key {made['id']} opens nothing, and `termometro keys` has no command that confirms one")
