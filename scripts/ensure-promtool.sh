#!/bin/sh
# promtool beside the build, from Debian's package: unpacked only, so that no Prometheus is started. Where it cannot be had that is said, and the tests
# that need it say so too.
set -eu
project=$(cd "$(dirname "$0")/.." && pwd)
case ${CARGO_TARGET_DIR:-} in
    "") tools=$project/target/tools ;;
    /*) tools=$CARGO_TARGET_DIR/tools ;;
    *) tools=$project/$CARGO_TARGET_DIR/tools ;;
esac
if command -v promtool > /dev/null 2>&1 || [ -x "$tools/promtool" ]; then exit 0; fi
download() { apt-get download -q prometheus > apt.log 2>&1; }
fetch() {
    command -v apt-get > /dev/null 2>&1 && command -v dpkg-deb > /dev/null 2>&1 || return 1
    rm -rf "$tools/promtool.unpacked"
    mkdir -p "$tools/promtool.unpacked"
    cd "$tools/promtool.unpacked"
    download || { [ "$(id -u)" -eq 0 ] && apt-get -o DPkg::Lock::Timeout=300 update -q > apt.log 2>&1 && download; } || return 1
    dpkg-deb -x prometheus_*.deb . && mv usr/bin/promtool "$tools/promtool"
}
# In a subshell: it changes folder.
if ! (fetch); then echo "NOT CHECKED: promtool cannot be had here (apt-get install prometheus)" >&2; fi
rm -rf "$tools/promtool.unpacked"
