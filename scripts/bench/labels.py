"""Labelled searches: made by rule from the generated catalogue, plus those that were written by hand."""

import csv
import random
import re

from .build import ROOT
from .dataset import catalogue_rows, folded

BY_HAND = ROOT / "tests" / "fixtures" / "search-labels.csv"
KINDS = ("brand", "typo", "no accents", "prefix", "ingredient", "ingredient and strength", "CUM")


def words_of(text):
    return re.findall(r"[a-z0-9]+", folded(text))


class Label:
    """A query, its kind, and what makes an answer the right product."""

    def __init__(self, query, kind, cum=None, words=()):
        self.query, self.kind, self.cum, self.words = query, kind, cum, list(words)

    def is_right(self, row):
        """`row` as `/v1/medicines` shows it, or as `product` below."""
        if self.cum is not None:
            return row["cum"] == self.cum
        there = words_of(" ".join([row["brand"], " ".join(row["ingredients"]), row.get("strength") or ""]))
        return all(word in there for word in self.words)


def with_typo(word, chance):
    """One slip of the finger after the first letter: a letter lost, doubled, swapped or replaced."""
    at = chance.randrange(1, len(word) - 1)
    return chance.choice([
        word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:],
        word[:at] + chance.choice("aeinorst") + word[at + 1:],
    ])


def by_rule(folder, count):
    """The same number of each kind, of products taken by chance from the whole catalogue."""
    chance = random.Random(7)
    products = list(catalogue_rows(folder))
    labels = []
    while len(labels) < count:
        cum, row = chance.choice(products)
        brand, ingredient = row["producto"].strip(), row["principioactivo"].strip()
        first, kind = words_of(brand)[:1], KINDS[len(labels) % len(KINDS)]
        if not first or len(first[0]) < 5 or not words_of(ingredient):
            continue
        two = words_of(brand)[:2]
        if kind == "brand":
            labels.append(Label(brand, kind, words=words_of(brand)))
        elif kind == "typo":
            labels.append(Label(" ".join([with_typo(two[0], chance), *two[1:]]), kind, words=two))
        elif kind == "no accents":
            labels.append(Label(folded(ingredient), kind, words=words_of(ingredient)))
        elif kind == "prefix":
            labels.append(Label(brand[: max(5, len(brand) * 2 // 3)].strip(), kind, words=first))
        elif kind == "ingredient":
            labels.append(Label(ingredient.lower(), kind, words=words_of(ingredient)))
        elif kind == "ingredient and strength":
            strength = words_of(row["cantidad"])
            labels.append(Label(f"{ingredient} {row['cantidad']}{row['unidadmedida']}", kind, words=words_of(ingredient) + strength))
        else:
            labels.append(Label(chance.choice([cum, cum.replace("-", " "), cum.replace("-", "-0")]), kind, cum=cum))
    return labels


def by_hand():
    """`query,expected` (the words of the right product) or `query,expected_cum,kind`; nothing where there is no such file."""
    if not BY_HAND.exists():
        return []
    with open(BY_HAND, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [Label(row["query"], "by hand", row.get("expected_cum"), words_of(row.get("expected") or "")) for row in rows]


def can_be_right(labels, rows):
    """Those whose product there is in this catalogue, which may be a small one."""
    known = [(row["cum"], set(words_of(" ".join([row["brand"], " ".join(row["ingredients"]), row.get("strength") or ""])))) for row in rows]
    cums = {cum for cum, _ in known}
    vocabularies = {frozenset(words) for _, words in known}
    return [label for label in labels
            if (label.cum in cums if label.cum else any(words.issuperset(label.words) for words in vocabularies))]
