#!/usr/bin/env bash
# Installs everything that building, testing and the demo need, with the distribution's package manager, then fetches
# Dear ImGui. Quiet and quick when nothing is to be done; may be run any number of times.
#   packaging/install-deps.sh          build, tests, demo
#   packaging/install-deps.sh --full   also what ./check --full needs (clang-tidy, sanitizer runtimes, valgrind)
# Needs root or sudo only when something is missing. Debian 12 and later, or a derivative with these package names.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

packages=(
    build-essential clang cmake ninja-build ccache pkg-config git python3 ca-certificates dpkg-dev clang-format
    libcurl4-openssl-dev libsqlite3-dev nlohmann-json3-dev libsimdjson-dev libcli11-dev libtomlplusplus-dev
    libsecret-1-dev libxlsxwriter-dev libjpeg62-turbo-dev libcpp-httplib-dev libstb-dev libssl-dev libutf8proc-dev
    libglfw3-dev libgl1-mesa-dev libgl1-mesa-dri
    libgtest-dev libgmock-dev libbenchmark-dev
    fonts-noto-core fonts-noto-mono fonts-font-awesome
    xvfb xauth xdotool x11-utils sqlite3 openssl dbus-daemon gnome-keyring
)
full_packages=(clang-tidy libclang-rt-dev valgrind)

for argument in "$@"; do
    case $argument in
        --full) packages+=("${full_packages[@]}") ;;
        *) echo "usage: packaging/install-deps.sh [--full]" >&2; exit 2 ;;
    esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "install-deps: this system has no apt. Install the development packages of: ${packages[*]}" >&2
    echo "install-deps: CMake then fetches Dear ImGui itself, a release pinned by its hash." >&2
    exit 0
fi

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
done

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run_quietly() {
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || {
        echo "install-deps: '$*' needs root, and neither root nor sudo is at hand" >&2
        exit 1
    }
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null || {
        tail -n 40 "$log" >&2
        echo "install-deps: '$*' failed; its last lines are above" >&2
        exit 1
    }
}

if [ ${#missing[@]} -gt 0 ]; then
    echo "install-deps: installing ${missing[*]}"
    run_quietly apt-get -q update
    run_quietly apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "${missing[@]}"
    # Some images set packages aside by a policy that lets apt succeed without them.
    for package in "${missing[@]}"; do
        is_installed "$package" || { echo "install-deps: $package is still missing after the installation" >&2; exit 1; }
    done
fi

# fetch-imgui.sh asks apt for the mirror, which apt knows only after an update.
if [ ! -f "${LINESMAN_DEPS_DIR:-$root/.deps}/imgui/imgui.h" ] && [ -z "$(apt-get indextargets 'Component: main')" ]; then
    run_quietly apt-get -q update
fi
status=0
"$root/packaging/fetch-imgui.sh" || status=$?
# 3 = not from this mirror: CMake fetches a pinned release.
[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || exit "$status"
