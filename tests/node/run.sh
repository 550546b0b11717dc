#!/usr/bin/env bash
# Usage: run.sh <linesman-backend> <build folder>. Installs npm's packages into the build folder once, starts the backend
# and runs each script against it. Exit code 77: skipped, because Node or its packages cannot be had.
set -euo pipefail
backend=$(realpath "$1")
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null || skip "Node is not installed."
command -v npm >/dev/null || skip "npm is not installed."

mkdir -p "$folder"
cp "$here"/package.json "$here"/*.mjs "$folder"/
cd "$folder"
if ! cmp -s package.json .installed; then
    npm install --no-audit --no-fund --no-package-lock --loglevel=error || skip "npm could not fetch the packages."
    cp package.json .installed
fi

# A coprocess: its first line of output is the JSON with the port.
coproc BACKEND { exec "$backend" --demo-users 2>/dev/null; }
pid=$BACKEND_PID
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
read -r ready <&"${BACKEND[0]}"
port=$(node -e 'console.log(JSON.parse(process.argv[1]).port)' "$ready")

for script in google_cloud_firestore.mjs firestore_lite.mjs storage.mjs; do
    echo "== $script"
    LINESMAN_PORT=$port FIRESTORE_EMULATOR_HOST=127.0.0.1:$port timeout 120 node "$script"
done
