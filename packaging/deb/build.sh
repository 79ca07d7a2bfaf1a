#!/bin/sh
# Makes target/deb/termometro_VERSION_ARCHITECTURE.deb of a program that is built already.
#   build.sh PROGRAM [cargo-deb's options, such as --fast or --deb-version 0.1.1-1]
set -eu
cd "$(dirname "$0")/../.."
version=3.8.0
install_seconds_max=900
program=$1
shift

tools="${CARGO_TARGET_DIR:-target}/tools"
deb="$tools/bin/cargo-deb"
if [ "$("$deb" --version 2>/dev/null | grep -o '[0-9][0-9.]*' | head -n 1)" != "$version" ]; then
    echo "installing cargo-deb $version into $tools (once, some minutes)"
    # Unoptimised, and without a compressor of its own: it compiles in half the time.
    timeout "$install_seconds_max" cargo install --quiet --debug --locked --no-default-features "cargo-deb@$version" --root "$tools" \
        --target-dir "$tools/build"
    rm -rf "$tools/build"
fi

stage=target/deb
rm -rf "$stage/man" "$stage/completions" "$stage/termometro" "$stage"/*.deb
mkdir -p "$stage/completions"
cp "$program" "$stage/termometro"
strip "$stage/termometro"
"$stage/termometro" man "$stage/man"
"$stage/termometro" completions bash > "$stage/completions/termometro.bash"
"$stage/termometro" completions zsh > "$stage/completions/_termometro"
"$stage/termometro" completions fish > "$stage/completions/termometro.fish"
"$deb" --no-build --no-strip --locked --offline --compress-system --output "$stage/" "$@"
