#!/usr/bin/env bash
# Usage: run.sh <test_conformance> <folder>. Installs firebase-tools into the folder once, starts its Auth emulator and runs the
# tests of signing in against it. Exit code 77: skipped, because Node or the package cannot be had.
set -euo pipefail
program=$(realpath "$1")
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null || skip "Node is not installed."
command -v npm >/dev/null || skip "npm is not installed."

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9
cp "$here"/package.json "$here"/serve.mjs "$folder"/
cd "$folder"
if ! cmp -s package.json .installed; then
    npm install --omit=optional --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error ||
        skip "npm could not fetch firebase-tools."
    cp package.json .installed
fi

coproc EMULATOR { exec node serve.mjs 2>serve.log 9>&-; }
pid=$EMULATOR_PID
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
read -r -t 120 port <&"${EMULATOR[0]}" || { cat serve.log >&2; exit 1; }
LINESMAN_AUTH_EMULATOR=http://127.0.0.1:$port "$program" --gtest_filter='AuthEmulator/*'
