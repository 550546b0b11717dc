#!/usr/bin/env bash
# Usage: run.sh <linesman-backend> <folder> <linesmanctl> <linesman-field>. Installs npm's packages into the folder once (builds of every kind may share
# it), starts the backend and runs each script against it. Exit code 77: skipped, because Node or its packages cannot be had.
set -euo pipefail
backend=$(realpath "$1")
folder=$2
ctl=$(realpath "$3")
field=$(realpath "$4")
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
cp "$here"/package.json "$here"/*.mjs "$folder"/
cd "$folder"
if ! cmp -s package.json .installed; then
    npm install --no-audit --no-fund --no-package-lock --loglevel=error || skip "npm could not fetch the packages."
    cp package.json .installed
fi

# A coprocess: its first line of output is the JSON with the port.
coproc BACKEND { exec "$backend" --demo-users 2>/dev/null 9>&-; }
pid=$BACKEND_PID
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
read -r ready <&"${BACKEND[0]}"
port=$(node -e 'console.log(JSON.parse(process.argv[1]).port)' "$ready")

run() { # node's arguments
    echo "== ${*: -1}"
    local begin=$SECONDS
    LINESMAN_CTL=$ctl LINESMAN_PORT=$port FIRESTORE_EMULATOR_HOST=127.0.0.1:$port timeout 120 node "$@"
    echo "== ${*: -1}: $((SECONDS - begin)) s"
}
# What our field side stages, read back by the official client.
devices=$(mktemp -d)
trap 'rm -rf "$devices"; kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
"$field" --backend "http://127.0.0.1:$port" --dir "$devices" simulate --devices 3 --captures 30 --fault-rate 0.05 9>&-

run field_documents.mjs
run google_cloud_firestore.mjs
run firestore_lite.mjs
run storage.mjs
run --import ./browser_build.mjs listen.mjs
run --import ./browser_build.mjs converge.mjs
