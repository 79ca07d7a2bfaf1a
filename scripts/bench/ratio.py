"""Alternating rounds, medians and spreads: the only statistics that the table uses."""

import math
import statistics


class Series:
    """One ratio measured in several rounds, with the absolute figures of both sides beside it."""

    def __init__(self):
        self.ours, self.theirs, self.ratios = [], [], []

    def add(self, ours, theirs):
        """A round. The ratio is taken within the round: the machine's mood is the same for both sides."""
        if theirs == 0:
            raise ValueError("the yardstick measured nothing")
        self.ours.append(ours)
        self.theirs.append(theirs)
        self.ratios.append(ours / theirs)

    def upside_down(self):
        """The same with the sides exchanged: how many times quicker, from times."""
        turned = Series()
        for ours, theirs in zip(self.ours, self.theirs):
            turned.add(theirs, ours)
        turned.ours, turned.theirs = list(self.ours), list(self.theirs)
        return turned

    def median(self):
        return statistics.median(self.ratios)

    def spread(self):
        return min(self.ratios), max(self.ratios)


def percentile(values, share):
    """The smallest value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def alternating(rounds, ours, theirs):
    """Runs both sides in every round, and who begins changes from round to round. Yields pairs (ours, theirs)."""
    for number in range(rounds):
        if number % 2 == 0:
            first = ours()
            yield first, theirs()
        else:
            first = theirs()
            yield ours(), first
