#!/usr/bin/env bash
# Fetches the Dear ImGui source package of the distribution's `testing` suite into .deps/imgui.
#
# Debian 12 ships ImGui 1.86; we need 1.92 (fonts at any size, glyphs on demand). The mirror is the one
# this machine already uses, asked from apt itself; the extra suite lives in a source list of its own in a
# temporary folder, so the system's lists are never touched. apt checks the signatures as always.
# Needs: apt-get, dpkg-source. Exits 3 when the system has no apt or the
# mirror gives no valid package (CMake then fetches a release pinned by its hash).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=${LINESMAN_DEPS_DIR:-$root/.deps}
want=1.92
if [ -f "$deps/imgui/imgui.h" ] && grep -q "IMGUI_VERSION  *\"$want" "$deps/imgui/imgui.h"; then exit 0; fi
command -v apt-get >/dev/null || exit 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2016  # $(...) in the formats is apt's, not the shell's
mirror=$(apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(REPO_URI)' 'Component: main' |
    awk '$1=="Packages" && $2 !~ /-/ {print $3; exit}')
# shellcheck disable=SC2016
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(CREATED_BY) $(REPO_URI)' | awk '$1=="Packages"{print $2; exit}')
[ -n "$mirror" ] || { echo "fetch-imgui: apt knows no package mirror; run 'apt-get update' first" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
signed=''
[ -f "$keyring" ] && signed="[signed-by=$keyring] "
echo "deb-src ${signed}${mirror} testing main" > "$work/sources.list"
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/src"
chmod 755 "$work"; chown -R _apt "$work/lists/partial" "$work/archives/partial" 2>/dev/null || true
apt_options=(-qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists"
    -o Dir::Cache::archives="$work/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
if ! apt-get "${apt_options[@]}" update || ! (cd "$work/src" && apt-get "${apt_options[@]}" source imgui >/dev/null); then
    echo "fetch-imgui: the mirror did not give a valid source package of Dear ImGui; CMake will fetch a pinned release" >&2
    exit 3
fi
source_dir=$(find "$work/src" -mindepth 1 -maxdepth 1 -type d -name 'imgui-*' | head -1)
[ -n "$source_dir" ] || { echo "fetch-imgui: the source package did not unpack" >&2; exit 1; }
grep -q "IMGUI_VERSION  *\"$want" "$source_dir/imgui.h" || {
    echo "fetch-imgui: the testing suite holds $(grep -m1 'define IMGUI_VERSION ' "$source_dir/imgui.h"), $want is needed" >&2; exit 1; }
mkdir -p "$deps"
rm -rf "$deps/imgui.new" && cp -r "$source_dir" "$deps/imgui.new"
rm -rf "$deps/imgui" && mv "$deps/imgui.new" "$deps/imgui"
echo "Dear ImGui $(grep -m1 'define IMGUI_VERSION ' "$deps/imgui/imgui.h" | cut -d'"' -f2) source is in $deps/imgui"
