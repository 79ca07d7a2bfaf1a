#!/bin/sh
# Draws the pictures that browsers and chats want as PNG from our own SVG: run it by hand when an SVG has changed, and look at them.
set -eu
cd "$(dirname "$0")/../src/http/view/assets"
draw() { # SVG, PNG, width, height
	"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
		--window-size="$3,$4" --screenshot="$PWD/$2" "file://$PWD/$1"
}
draw preview.svg preview.png 1200 630
draw icon.svg favicon.png 48 48
