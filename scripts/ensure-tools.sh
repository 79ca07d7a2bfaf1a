#!/bin/sh
# Makes sure of what tests run on, from Debian's packages where it is missing.
#   ensure-tools.sh python venv node chromium r pip java etcd patch curl age deb scratch-root     (any of them)
set -eu
missing=""
# The command, and the package that has it.
needs() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
for tool in "$@"; do
    case $tool in
        python) command -v python3 >/dev/null 2>&1 || missing="$missing python3" ;;
        venv) python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3 python3-venv" ;;
        pip) python3 -m pip --version >/dev/null 2>&1 || missing="$missing python3-pip" ;;
        node)
            command -v node >/dev/null 2>&1 || missing="$missing nodejs"
            command -v npm >/dev/null 2>&1 || missing="$missing npm"
            ;;
        chromium) command -v chromium >/dev/null 2>&1 || missing="$missing chromium" ;;
        r) Rscript -e 'library(jsonlite)' >/dev/null 2>&1 || missing="$missing r-base-core r-cran-jsonlite" ;;
        java) java -version >/dev/null 2>&1 || missing="$missing default-jre-headless" ;;
        etcd) command -v etcd >/dev/null 2>&1 || missing="$missing etcd-server" ;;
        # What makes and reads a Debian package.
        deb)
            needs dpkg-deb dpkg
            needs strip binutils
            needs xz xz-utils
            needs systemd-analyze systemd
            needs openssl openssl
            ;;
        # What packaging/tests/scratch.py runs, and what the package depends on: there is no network in it.
        scratch-root)
            needs unshare util-linux
            needs ip iproute2
            for package in adduser debconf postgresql postgresql-common; do
                dpkg-query --show --showformat '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
            done
            ;;
        patch | curl | age) command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool" ;;
        *) echo "no such tool: $tool" >&2; exit 2 ;;
    esac
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get -o DPkg::Lock::Timeout=300 update -q
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends $missing
else
    echo "needed:$missing (apt-get install$missing)" >&2
    exit 1
fi
