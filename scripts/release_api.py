"""Keeps openapi/openapi.json as released: openapi/released/VERSION.json, which no later change may break."""

import argparse
import json
import pathlib
import sys

OPENAPI = pathlib.Path(__file__).resolve().parent.parent / "openapi"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replace", action="store_true", help="a version that nobody has been given yet")
    replace = parser.parse_args().replace
    text = (OPENAPI / "openapi.json").read_bytes()
    version = json.loads(text)["info"]["version"]
    kept = OPENAPI / "released" / f"{version}.json"
    if kept.exists() and kept.read_bytes() != text and not replace:
        print(f"{kept.relative_to(OPENAPI.parent)} is another document: a released version never changes", file=sys.stderr)
        return 1
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(text)
    print(f"released as {kept.relative_to(OPENAPI.parent)}: write its date in openapi/README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
