#!/bin/sh
# The package of this program: built, linted, and its life on a scratch root (deb.py).
set -eu
cd "$(dirname "$0")/../.."
program=$1
sh packaging/deb/build.sh "$program" --fast
package=$(ls target/deb/*.deb)

# Named by name only: what cannot be had is said, and the rest goes on.
apt() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y "$@" > target/deb/apt.log 2>&1; }
if ! command -v lintian > /dev/null; then
    { apt update && apt install --no-install-recommends lintian; } || true
fi
if command -v lintian > /dev/null; then
    lintian --fail-on error --tag-display-limit 0 "$package"
else
    echo "NOT CHECKED: lintian could not be installed" >&2
fi
archives=target/deb/archives
mkdir -p "$archives/partial"
if apt install --download-only -o Dir::Cache::archives="$PWD/$archives" caddy nginx-light; then
    set -- --caddy-and-nginx "$archives"
else
    set --
    echo "NOT CHECKED: the packages of caddy and nginx could not be fetched (see target/deb/apt.log)" >&2
fi
python3 -B packaging/tests/deb.py "$package" "$@"
