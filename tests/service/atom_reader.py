"""Reads an Atom feed from standard input, holds it against RFC 4287, and prints what a feed reader would show, as JSON."""
import json
import re
import sys
import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
TAG = re.compile(r"^tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:\S+$")


def one(parent, name):
    found = parent.findall(ATOM + name)
    assert len(found) == 1, f"{len(found)} {name} in {parent.tag}"
    return found[0]


def text(parent, name):
    value = one(parent, name).text
    assert value and value.strip() == value, f"{name} is {value!r}"
    return value


def links(parent):
    found = {link.get("rel"): link.get("href") for link in parent.findall(ATOM + "link")}
    assert all(found.values()), "a link without a target"
    return found


def subject(parent):
    made = {name: text(parent, name) for name in ("id", "title", "updated")}
    assert TAG.match(made["id"]), made["id"]
    assert INSTANT.match(made["updated"]), made["updated"]
    return {**made, "links": links(parent)}


feed = ET.fromstring(sys.stdin.buffer.read())
assert feed.tag == ATOM + "feed", feed.tag
shown = subject(feed)
shown["language"] = feed.get("{http://www.w3.org/XML/1998/namespace}lang")
shown["author"] = text(one(feed, "author"), "name")
assert {"self", "alternate"} <= shown["links"].keys()
shown["entries"] = []
for entry in feed.findall(ATOM + "entry"):
    shown["entries"].append({**subject(entry), "summary": text(entry, "summary"), "reason": one(entry, "category").get("term")})
    assert "alternate" in shown["entries"][-1]["links"]
ids = [entry["id"] for entry in shown["entries"]]
assert len(set(ids)) == len(ids), "an id stands twice"
json.dump(shown, sys.stdout)
