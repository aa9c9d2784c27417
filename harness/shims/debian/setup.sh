#!/bin/sh
# Installs the packages of packages.txt in exactly those versions; a star in one stands for whatever the
# distribution has there. Does nothing, and needs no network, where they are there.
set -euf
cd "$(dirname "$0")"

missing=
for item in $(grep -v '^#' packages.txt); do
    name=${item%%=*}
    state=$(dpkg-query --show --showformat='${db:Status-Status}=${Version}' "$name" 2>/dev/null || :)
    # shellcheck disable=SC2254 # the star is a pattern
    case "$state" in
        installed=${item#*=}) ;;
        *) missing="$missing $item" ;;
    esac
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -ne 0 ]; then
    echo "Run as root: apt-get update && $install" >&2
    exit 1
fi
apt-get update
$install
