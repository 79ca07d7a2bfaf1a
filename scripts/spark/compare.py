"""Two ordered streams of rows, compared row by row and cell by cell."""

SHOWN = 20


class Differences:
    """All are counted, the first are kept as text."""

    def __init__(self):
        self.count, self.shown = 0, []

    def add(self, text):
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(text)

    def text(self, name):
        lines = [f"{name}: {self.count:,} differences"] + [f"  {text}" for text in self.shown]
        return "\n".join(lines + (["  …"] if self.count > len(self.shown) else []))


def ordered(rows, whose):
    """The rows as they come, each with its key of file and line; they must ascend, else a comparison would miss some."""
    last = None
    for file, line, *cells in rows:
        key = (file.encode(), int(line))
        if last is not None and key <= last:
            raise ValueError(f"{whose}: line {line} of {file} does not come after the row before it")
        last = key
        yield key, cells


def compare(ours, theirs, names, left_out=frozenset()):
    """Every row of `ours` is to be found in `theirs` with the same cells, and the other way about. Answers how many rows were equal, and the differences.

    Of the lines in `left_out`, which our side could not read as rows, theirs must say that they were set aside (their first cell).
    """
    differences, equal, found = Differences(), 0, 0
    ours, theirs = ordered(ours, "ours"), ordered(theirs, "theirs")
    mine, other = next(ours, None), next(theirs, None)
    while mine is not None or other is not None:
        if other is not None and other[0] in left_out:
            found += 1
            if other[1][0] == "accepted":
                differences.add(f"line {other[0][1]} was left out here, and accepted there")
            other = next(theirs, None)
        elif other is None or mine is not None and mine[0] < other[0]:
            differences.add(f"line {mine[0][1]} of {mine[0][0].decode()} is only here: {mine[1]}")
            mine = next(ours, None)
        elif mine is None or other[0] < mine[0]:
            differences.add(f"line {other[0][1]} of {other[0][0].decode()} is only there: {other[1]}")
            other = next(theirs, None)
        else:
            if mine[1] == other[1]:
                equal += 1
            else:
                cells = [f"{name} {a!r} here, {b!r} there" for name, a, b in zip(names, mine[1], other[1], strict=True) if a != b]
                differences.add(f"line {mine[0][1]} of {mine[0][0].decode()}: {', '.join(cells)}")
            mine, other = next(ours, None), next(theirs, None)
    if found != len(left_out):
        differences.add(f"of {len(left_out)} lines left out here, {found} are there")
    return equal, differences


def compare_tables(ours, theirs):
    """Two dictionaries, of dictionaries and values, by their paths."""
    differences = Differences()

    def leaves(table, path=()):
        for name, value in table.items():
            if isinstance(value, dict):
                yield from leaves(value, (*path, name))
            else:
                yield (*path, name), value

    mine, other = dict(leaves(ours)), dict(leaves(theirs))
    for path in sorted(mine.keys() | other.keys()):
        a, b = mine.get(path), other.get(path)
        if a != b:
            differences.add(f"{' '.join(path)}: {a} here, {b} there")
    return len(mine), differences
