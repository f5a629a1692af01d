#!/usr/bin/env bash
# Installs Chromium on Debian and its relatives, for the tests of pages. Needs root.
#
# Ubuntu's package of that name fetches a snap, which containers cannot run: there Google Chrome is taken where it lies, or
# nothing.
set -euo pipefail

. "${OS_RELEASE:-/etc/os-release}"
export DEBIAN_FRONTEND=noninteractive

if [ "${ID:-}" = ubuntu ]; then
  echo "Ubuntu has Chromium as a snap only; install Google Chrome, or name a browser in CHROMIUM" >&2
  exit 1
fi
apt-get update
apt-get install --yes --no-install-recommends chromium fonts-dejavu-core
