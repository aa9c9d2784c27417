#!/bin/sh
# Installs the packages of packages.txt in exactly those versions. Does nothing, and needs no network,
# where they are there.
set -eu
cd "$(dirname "$0")"

missing=
for item in $(grep -v '^#' packages.txt); do
    name=${item%%=*}
    state=$(dpkg-query --show --showformat='${db:Status-Status}=${Version}' "$name" 2>/dev/null || :)
    [ "$state" = "installed=${item#*=}" ] || missing="$missing $item"
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -ne 0 ]; then
    echo "Run as root: apt-get update && $install" >&2
    exit 1
fi
apt-get update
$install
