#!/usr/bin/env bash
# Installs Mesa's software Vulkan driver on Debian, Ubuntu and their relatives. Needs root.
#
# The Mesa of Debian 12 is too old for Dawn, so there it comes from the suite bookworm-backports, which is added to the
# source that the system has its packages from; where that does not work out, the sources are left as they were.
set -euo pipefail

apt=${APT_DIRECTORY:-/etc/apt}
. "${OS_RELEASE:-/etc/os-release}"
export DEBIAN_FRONTEND=noninteractive

# Appends the suite to the entries of the main archive (not to those of bookworm-security or bookworm-updates alone).
add_backports() {
  local file
  for file in "$apt"/sources.list "$apt"/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    sed -i -E '/^deb .* bookworm /{p;s/ bookworm / bookworm-backports /}' "$file"
  done
  for file in "$apt"/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    sed -i -E '/^Suites:(.* )?bookworm( |$)/s/ *$/ bookworm-backports/' "$file"
  done
}

if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  if ! grep -rqs bookworm-backports "$apt"/sources.list "$apt"/sources.list.d; then
    before=$(mktemp -d)
    cp -a "$apt"/sources.list* "$before"
    add_backports
    if ! apt-get update; then
      cp -a "$before"/. "$apt"
      echo "bookworm-backports could not be reached: the sources are as they were" >&2
      exit 1
    fi
  else
    apt-get update
  fi
  apt-get install --yes --no-install-recommends -t bookworm-backports mesa-vulkan-drivers
else
  apt-get update
  apt-get install --yes --no-install-recommends mesa-vulkan-drivers
fi
