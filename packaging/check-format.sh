#!/usr/bin/env bash
# Checks that every tracked C++ file is formatted as .clang-format says. Prints what differs; changes nothing.
#   packaging/check-format.sh          check
#   packaging/check-format.sh --fix    format in place
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Versions of clang-format differ in small things, so that only the one of Debian 12 gives the verdict.
want=14
version=$(clang-format --version | sed -E 's/.*version ([0-9]+).*/\1/')
mode=(--dry-run --Werror)
[ "${1:-}" != --fix ] || mode=(-i)
mapfile -t files < <(git ls-files '*.cpp' '*.h' | while read -r file; do [ ! -f "$file" ] || echo "$file"; done)
if [ ${#files[@]} -eq 0 ]; then echo "check-format: no C++ files"; exit 0; fi
if clang-format "${mode[@]}" "${files[@]}"; then
    echo "check-format: ${#files[@]} files are formatted"
elif [ "$version" != "$want" ]; then
    echo "check-format: clang-format $version formats differently than $want, which is used here; this is not counted as a failure"
else
    echo "check-format: run 'packaging/check-format.sh --fix'" >&2
    exit 1
fi
