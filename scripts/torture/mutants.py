"""Proof that the harness can fail."""


def run(run, seed):
    pass
