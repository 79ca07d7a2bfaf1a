#!/bin/sh
# What the tests of the clients run on: Python with venv, Node.js and npm, R with jsonlite. Debian's packages, where they are missing.
set -eu
missing=""
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3 python3-venv"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
Rscript -e 'library(jsonlite)' >/dev/null 2>&1 || missing="$missing r-base-core r-cran-jsonlite"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
else
    echo "needed:$missing (apt-get install$missing)" >&2
    exit 1
fi
