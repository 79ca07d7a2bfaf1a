#!/bin/sh
# Judges the dependencies by deny.toml: licences, bans and sources always; advisories where their database can be fetched.
set -eu

version=0.20.2
tools="${CARGO_TARGET_DIR:-target}/tools"
install_seconds_max=900
fetch_seconds_max=120

if cargo deny --version >/dev/null 2>&1; then
    deny="cargo deny"
else
    if [ ! -x "$tools/bin/cargo-deny" ]; then
        echo "installing cargo-deny $version into $tools (once, some minutes)"
        # Unoptimised: it compiles in half the time and runs a second longer.
        timeout "$install_seconds_max" cargo install --quiet --debug --locked "cargo-deny@$version" --root "$tools" || {
            echo "NOT CHECKED: cargo-deny could not be installed, so the dependencies were not judged" >&2
            exit 1
        }
    fi
    deny="$tools/bin/cargo-deny"
fi

$deny --locked check licenses bans sources

fetch_log=$(mktemp)
trap 'rm -f "$fetch_log"' EXIT
if timeout "$fetch_seconds_max" $deny --locked fetch db >"$fetch_log" 2>&1; then
    $deny --locked check --disable-fetch advisories
else
    {
        echo "******************************************************************************"
        echo "* ADVISORIES NOT CHECKED: the database of known vulnerabilities could not be *"
        echo "* fetched from here. Run \`make check\` where github.com can be reached.       *"
        echo "******************************************************************************"
        tail -n 3 "$fetch_log"
    } >&2
fi
