"""How much is measured: sizes, rounds and seconds of a quick, a usual and a full run."""

from dataclasses import dataclass


ONLY_FULL = "only with `make bench FULL=1`: it needs some 20 GB of disk and an hour"


@dataclass(frozen=True)
class Plan:
    name: str
    medicines: int
    ceilings: int
    reports: int
    # Alternating rounds of load, of imports, of re-judging.
    rounds: int
    import_rounds: int
    national_rounds: int
    # Seconds of one side of a round of load.
    seconds: float
    # A second, larger size for what grows (goals W13 and W17); 0 leaves it out.
    reports_full: int = 0

    def __str__(self):
        growth = f", then {self.reports_full:,}" if self.reports_full else ""
        return f"{self.name}: {self.medicines:,} medicines, {self.ceilings:,} ceilings, {self.reports:,} reports{growth}"


QUICK = Plan("quick", 8_000, 2_000, 100_000, 3, 3, 3, 0.4)
USUAL = Plan("usual", 160_000, 40_000, 3_000_000, 7, 7, 7, 3)
FULL = Plan("full", 160_000, 40_000, 3_000_000, 7, 7, 7, 3, 23_000_000)
