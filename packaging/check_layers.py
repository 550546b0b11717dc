#!/usr/bin/env python3
"""Checks the house: which room may include which, where third parties live, and how long a file may be.

The arrows are read from the linesman_room(...) lines of CMakeLists.txt, so that there is one place that says them.
Prints file:line: message for each violation and exits 1 when there is any. --self-test checks the checker.
"""
import os
import re
import sys
import tempfile

MAX_LINES = 500  # a longer file is a defect (ARCHITECTURE.md, Style)

# Third-party header (regular expression over the whole name) -> rooms that may include it. CLI11 is also allowed in the
# main_*.cpp of every room. A header with .h that is neither here nor in POSIX has no home, which is a violation.
HOMES = [
    (r"sqlite3\.h", {"store"}),
    (r"curl/.*", {"net"}),
    (r"(imgui.*|GLFW/.*|GL/.*|KHR/.*)", {"ui"}),
    (r"(jpeglib\.h|jerror\.h|jmorecfg\.h|turbojpeg\.h|stb/.*|stb_.*)", {"image"}),
    (r"(simdjson.*|libsecret/.*)", {"sync"}),
    (r"httplib\.h", {"backend"}),
    (r"CLI/.*", {"cli"}),
    (r"toml\+\+/.*", {"app"}),
    (r"xlsxwriter.*", {"report"}),
    (r"(openssl/.*|utf8proc\.h|nlohmann/.*)", {"base"}),
]
ALLOWED_IN_MAIN = r"CLI/.*"

POSIX = re.compile(
    r"(sys|netinet|arpa|linux|net)/[a-z0-9_]+\.h|(aio|dirent|dlfcn|errno|fcntl|getopt|glob|grp|ifaddrs|langinfo|libgen|limits|"
    r"locale|malloc|netdb|poll|pthread|pwd|sched|semaphore|setjmp|signal|spawn|stdint|stdio|stdlib|string|strings|termios|time|"
    r"unistd|utime|wordexp|immintrin|emmintrin|arm_neon|features|link|execinfo)\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROOM = re.compile(r"^\s*linesman_room\(\s*([a-z0-9_]+)([^)]*)\)", re.M)


def read_arrows(root):
    with open(os.path.join(root, "CMakeLists.txt"), encoding="utf-8") as file:
        return {name: set(rest.split()) for name, rest in ROOM.findall(file.read())}


def all_below(arrows, room):
    found, waiting = set(), [room]
    while waiting:
        for below in arrows.get(waiting.pop(), ()):
            if below not in found:
                found.add(below)
                waiting.append(below)
    return found


def sources(root, folder):
    for path, folders, files in os.walk(os.path.join(root, folder)):
        folders.sort()
        for name in sorted(files):
            if name.endswith((".cpp", ".h")):
                yield os.path.relpath(os.path.join(path, name), root)


def includes(root, path):
    """Yields (line number, quoted?, name). Block comments are rare enough here to be ignored."""
    with open(os.path.join(root, path), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1) == '"', match.group(2)


def check_own(root, room, name, arrows, allowed):
    """An #include "..." of ours. Returns a message or None."""
    target, slash, _ = name.partition("/")
    if not slash:
        return f'"{name}" must be included from src/, as "{room}/{name}"'
    if target not in arrows:
        return f'"{name}" is in no room; third parties are included with <>'
    if target not in allowed:
        return f'room {room} may not include room {target} ("{name}"): no arrow in CMakeLists.txt'
    if not os.path.exists(os.path.join(root, "src", name)):
        return f'"{name}" does not exist'
    return None


def check_third_party(room, name, is_main):
    """An #include <...>. Returns a message or None."""
    for pattern, homes in HOMES:
        if re.fullmatch(pattern, name):
            if room in homes or (is_main and re.fullmatch(ALLOWED_IN_MAIN, name)):
                return None
            return f"<{name}> lives only in {' and '.join('src/' + home for home in sorted(homes))}"
    if "." not in name and "/" not in name:
        return None  # the standard library
    if POSIX.fullmatch(name):
        return None
    return f"<{name}> has no home: add it to HOMES in packaging/check_layers.py"


def check_includes(root, arrows):
    for room in sorted(os.listdir(os.path.join(root, "src"))):
        if room not in arrows:
            if any(sources(root, os.path.join("src", room))):
                yield f"src/{room}:1: the folder is no room: CMakeLists.txt has no linesman_room({room} ...)"
            continue
        for path in sources(root, os.path.join("src", room)):
            is_main = os.path.basename(path).startswith("main_")
            allowed = {room} | (all_below(arrows, room) if is_main else arrows[room])
            for number, quoted, name in includes(root, path):
                third_party = not quoted or any(re.fullmatch(pattern, name) for pattern, _ in HOMES)  # "imgui.h" is usual
                message = check_third_party(room, name, is_main) if third_party else check_own(root, room, name, arrows, allowed)
                if message:
                    yield f"{path}:{number}: {message}"


def check_room_cycles(arrows):
    for room in sorted(arrows):
        for below in sorted(arrows[room] - set(arrows)):
            yield f"CMakeLists.txt:1: room {room} points to {below}, which is no room"
        if room in all_below(arrows, room):
            yield f"CMakeLists.txt:1: the arrows of room {room} lead back to it"


def check_header_cycles(root):
    graph = {}
    for path in sources(root, "src"):
        if path.endswith(".h"):
            name = os.path.relpath(path, "src")
            graph[name] = [(number, target) for number, quoted, target in includes(root, path) if quoted]
    state = {}

    def visit(name, trail):
        state[name] = "open"
        for number, target in graph[name]:
            if state.get(target) == "open":
                start = trail.index(target) if target in trail else 0
                yield f"src/{name}:{number}: headers include each other: {' -> '.join(trail[start:] + [target])}"
            elif target in graph and target not in state:
                yield from visit(target, trail + [target])
        state[name] = "done"

    for name in sorted(graph):
        if name not in state:
            yield from visit(name, [name])


def check_lengths(root):
    for folder in ("src", "tests", "bench"):
        for path in sources(root, folder):
            with open(os.path.join(root, path), encoding="utf-8") as file:
                count = sum(1 for _ in file)
            if count > MAX_LINES:
                yield f"{path}:{count}: {count} lines; a file has at most {MAX_LINES}, split it"


def check(root):
    arrows = read_arrows(root)
    if not arrows:
        return ["CMakeLists.txt:1: no linesman_room(...) line was found"]
    return [*check_room_cycles(arrows), *check_includes(root, arrows), *check_header_cycles(root), *check_lengths(root)]


SELF_TEST_TREE = {
    "CMakeLists.txt": "linesman_room(base)\nlinesman_room(store base)\nlinesman_room(app   base store)\nlinesman_room(ui base app)\n",
    "src/base/good.h": "#pragma once\n#include <vector>\n#include <sys/stat.h>\n",
    "src/base/up.cpp": '#include "base/good.h"\n#include "store/db.h"\n',
    "src/store/db.h": '#include "base/good.h"\n#include <sqlite3.h>\n',
    "src/app/db.cpp": '#include "store/db.h"\n#include <sqlite3.h>\n',
    "src/app/a.h": '#include "app/b.h"\n',
    "src/app/b.h": '#include "app/c.h"\n',
    "src/app/c.h": '  #  include "app/a.h"\n',
    "src/ui/view.cpp": '#include "app/a.h"\n#include "store/db.h"\n#include "view.h"\n#include "imgui.h"\n#include <CLI/CLI.hpp>\n',
    "src/ui/main_console.cpp": '#include "store/db.h"\n#include <CLI/CLI.hpp>\n#include <boost/any.hpp>\n',
    "src/ui/gone.cpp": '#include "app/gone.h"\n// #include "store/db.h"\n',
    "src/base/draw.cpp": '#include "imgui.h"\n',
    "src/cellar/x.cpp": "\n",
    "tests/base/long_test.cpp": "\n" * (MAX_LINES + 1),
    "tests/base/full_test.cpp": "\n" * MAX_LINES,
    "bench/x_bench.cpp": "\n",
}
SELF_TEST_EXPECTED = [
    ("src/app/c.h:1", "include each other"),
    ("src/app/db.cpp:2", "lives only in src/store"),
    ("src/base/draw.cpp:1", "lives only in src/ui"),
    ("src/base/up.cpp:2", "may not include room store"),
    ("src/cellar:1", "no room"),
    ("src/ui/gone.cpp:1", "does not exist"),
    ("src/ui/main_console.cpp:3", "has no home"),
    ("src/ui/view.cpp:2", "may not include room store"),
    ("src/ui/view.cpp:3", "must be included from src/"),
    ("src/ui/view.cpp:5", "lives only in src/cli"),
    (f"tests/base/long_test.cpp:{MAX_LINES + 1}", "split it"),
]


def self_test():
    with tempfile.TemporaryDirectory() as root:
        for path, text in SELF_TEST_TREE.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        found = sorted(check(root))
    matches = len(found) == len(SELF_TEST_EXPECTED) and all(
        line.startswith(place + ": ") and words in line for line, (place, words) in zip(found, sorted(SELF_TEST_EXPECTED)))
    if not matches:
        print("check_layers --self-test failed. Expected:", *SELF_TEST_EXPECTED, "Found:", *found, sep="\n  ")
        return 1
    print(f"check_layers --self-test: all {len(found)} planted violations were found, and nothing else")
    return 0


def main():
    if "--self-test" in sys.argv[1:]:
        return self_test()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    violations = check(root)
    for line in violations:
        print(line)
    if not violations:
        print(f"check_layers: {len(read_arrows(root))} rooms, no violation")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
