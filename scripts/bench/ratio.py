"""Alternating rounds, medians and spreads: the only statistics that the table uses."""

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


def alternating(rounds, ours, theirs):
    """Runs both sides in every round, and who begins changes from round to round. Yields pairs (ours, theirs)."""
    for number in range(rounds):
        if number % 2 == 0:
            first = ours()
            yield first, theirs()
        else:
            first = theirs()
            yield ours(), first


def percentile(values, percent):
    """The smallest value that at least so many percent do not exceed."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]
