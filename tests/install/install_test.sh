#!/usr/bin/env bash
# Installs the build into a temporary prefix and looks at what a packager and a person would find there.
#   install_test.sh CMAKE BUILD_FOLDER
set -euo pipefail
cmake=$1 build=$2
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
fail() { echo "install: $*" >&2; exit 1; }

"$cmake" --install "$build" --prefix "$prefix" >/dev/null

for program in linesman linesmanctl linesman-field linesman-backend; do
    "$prefix/bin/$program" --help >"$prefix/help" || fail "$program --help fails"
    page=$prefix/share/man/man1/$program.1
    [ -s "$page" ] || fail "$program has no man page"
    # Every option of --help stands in the page (troff writes "-" as "\-").
    for option in $(grep -oE -- '--[a-z][a-z-]+' "$prefix/help" | sort -u); do
        grep -qF -- "${option//-/\\-}" "$page" || fail "$program.1 does not know $option"
    done
done
[ -s "$prefix/share/man/man1/linesmanctl-export.1" ] || fail "a verb has no man page"
[ -s "$prefix/share/man/man1/linesman-field-sync.1" ] || fail "a verb of linesman-field has no man page"
[ -z "$(find "$prefix/share" -type f ! -perm -444)" ] || fail "files that only their owner can read"
[ -z "$(find "$prefix/share" -type d ! -perm -555)" ] || fail "folders that only their owner can open"

# Completion as bash would do it.
complete_with() {  # PROGRAM WORD...
    local program=$1
    bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; printf "%s\n" "${COMPREPLY[@]}"' \
        complete "$prefix/share/bash-completion/completions/$program" "$@"
}
grep -qx keys <<<"$(complete_with linesmanctl linesmanctl config '')" || fail "linesmanctl config does not complete"
grep -qx import <<<"$(complete_with linesman-field linesman-field capture '')" || fail "linesman-field capture does not complete"
grep -qx pending <<<"$(complete_with linesman-field linesman-field capture list --status '')" || fail "values do not complete"
[ -s "$prefix/share/zsh/site-functions/_linesman-field" ] || fail "no completion for zsh"

# The desktop finds program and icon.
desktop=$prefix/share/applications/linesman.desktop
[ -x "$prefix/bin/$(sed -n 's/^Exec=//p' "$desktop")" ] || fail "the desktop file starts nothing"
[ -s "$prefix/share/icons/hicolor/scalable/apps/$(sed -n 's/^Icon=//p' "$desktop").svg" ] || fail "no icon"
if command -v desktop-file-validate >/dev/null; then desktop-file-validate "$desktop"; fi
if command -v man >/dev/null; then
    for page in "$prefix"/share/man/man1/*.1; do
        warnings=$(man --warnings -l "$page" 2>&1 >/dev/null) && [ -z "$warnings" ] || fail "$page: $warnings"
    done
fi
echo "install: all there"
