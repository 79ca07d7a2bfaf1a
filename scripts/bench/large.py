"""The database of the large size (`make bench FULL=1`): filled when the first goal asks for it, and kept for the others."""

from . import dataset
from .build import say

NAME = "bench_large"


def folder(stage):
    """Its files."""
    return dataset.generate(stage.binary, stage.home / "data-full", stage.plan, stage.plan.reports_full)


def database(stage):
    """Its name."""
    if NAME not in stage.kept:
        say(f"filling a database with {stage.plan.reports_full:,} reports")
        stage.database.copy_of(dataset.LAW, NAME)
        dataset.import_file(stage.binary, stage.database, NAME, "sismed", folder(stage) / "sismed.csv")
        stage.database.psql(NAME, "VACUUM ANALYZE")
        stage.kept[NAME] = True
    return NAME
