"""Draws the pictures that browsers and chats want as PNG from our own SVG. Run it by hand when an SVG has changed, and look at them.

python3 -m venv target/venv/pictures && target/venv/pictures/bin/pip install resvg_py==0.5.0
target/venv/pictures/bin/python scripts/draw_pictures.py
"""

from pathlib import Path

import resvg_py

ASSETS = Path(__file__).parent.parent / "src/http/view/assets"
PICTURES = [("preview.svg", "preview.png", 1200, 630), ("icon.svg", "favicon.png", 48, 48)]


def main() -> None:
    for svg, png, width, height in PICTURES:
        drawn = resvg_py.svg_to_bytes(svg_path=str(ASSETS / svg), width=width, height=height)
        (ASSETS / png).write_bytes(bytes(drawn))


if __name__ == "__main__":
    main()
