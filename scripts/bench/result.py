"""One line of the table: what was measured against which bounds, and the mark it earned."""

from dataclasses import dataclass, field
from typing import Optional


@dataclass
class Result:
    goal: str
    what: str
    stretch: Optional[float] = None
    floor: Optional[float] = None
    # "x" for ratios, else the unit of an absolute figure.
    unit: str = "x"
    higher_is_better: bool = True
    value: Optional[float] = None
    spread: Optional[tuple] = None
    rounds: int = 0
    # Absolute figures and whatever a reader must know, as short text.
    beside: str = ""
    # Why there is no value.
    reason: str = ""
    # All rounds, for the JSON.
    details: dict = field(default_factory=dict)

    def mark(self):
        if self.value is None:
            return "not measured"
        if self.stretch is None and self.floor is None:
            return "no goal"
        if self.stretch is not None and self._reaches(self.stretch):
            return "stretch met"
        if self.floor is None or self._reaches(self.floor):
            return "floor met"
        return "missed"

    def _reaches(self, bound):
        return self.value >= bound if self.higher_is_better else self.value <= bound

    def measured(self, series, beside=""):
        """Takes over a series of rounds."""
        self.value, self.spread, self.rounds = series.median(), series.spread(), len(series.ratios)
        self.beside = beside
        self.details = {"ours": series.ours, "theirs": series.theirs, "ratios": series.ratios}
        return self

    def absolute(self, values, beside=""):
        """Takes over an absolute figure measured several times."""
        import statistics

        self.value, self.spread, self.rounds = statistics.median(values), (min(values), max(values)), len(values)
        self.beside = beside
        self.details = {"values": list(values)}
        return self

    def not_measured(self, reason):
        self.value, self.reason = None, reason
        return self
