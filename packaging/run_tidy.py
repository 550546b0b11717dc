#!/usr/bin/env python3
"""Runs clang-tidy over every tracked src/*.cpp and says what it finds; exits 1 when there is anything.

A file that was clean is not checked again until it, a header of ours that it includes (directly or not), .clang-tidy,
its compiler flags or clang-tidy itself changes: build/tidy/stamps holds the hash of all these for each clean file.
  packaging/run_tidy.py BUILD_FOLDER [--jobs N] [file ...]     BUILD_FOLDER holds compile_commands.json
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)


class Contents:
    """Hashes of files and of what they include."""

    def __init__(self, root):
        self.root = root
        self.read = {}  # path -> (hash, paths included)

    def of(self, path):
        if path not in self.read:
            with open(os.path.join(self.root, path), "rb") as file:
                content = file.read()
            names = [name.decode() for name in INCLUDE.findall(content)]
            ours = [os.path.join("src", name) for name in names]
            included = [name for name in ours if os.path.exists(os.path.join(self.root, name))]
            self.read[path] = (hashlib.sha256(content).hexdigest(), included)
        return self.read[path]

    def everything_below(self, path):
        found, waiting = set(), [path]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.of(current)[1])
        return found


def stamp_of(contents, path, common, command):
    parts = [common, command] + [f"{each} {contents.of(each)[0]}" for each in sorted(contents.everything_below(path))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def check(root, build, path):
    run = subprocess.run(["clang-tidy", "-p", build, "--quiet", "--warnings-as-errors=*", path], cwd=root, text=True,
                         capture_output=True, check=False)
    noise = re.compile(r"^\d+ warnings? (and \d+ errors? )?generated\.$")
    complaints = [line for line in run.stderr.splitlines() if not noise.match(line) and not line.startswith("Suppressed ")]
    return run.returncode, run.stdout + ("\n".join(complaints) + "\n" if run.returncode and complaints else "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*")
    options = parser.parse_intermixed_args()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    build = os.path.abspath(options.build)
    stamps = os.path.join(build, "stamps")
    os.makedirs(stamps, exist_ok=True)

    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = {os.path.relpath(entry["file"], root): entry["command"] for entry in json.load(file)}
    tracked = subprocess.run(["git", "ls-files", "src/*.cpp"], cwd=root, text=True, capture_output=True, check=True)
    files = options.files or [path for path in tracked.stdout.split() if os.path.exists(os.path.join(root, path))]
    unbuilt = [path for path in files if path not in commands]
    if unbuilt:
        print("run_tidy: not in compile_commands.json: " + " ".join(unbuilt))
        return 1
    version = subprocess.run(["clang-tidy", "--version"], text=True, capture_output=True, check=True).stdout
    with open(os.path.join(root, ".clang-tidy"), encoding="utf-8") as file:
        common = version + file.read()

    contents = Contents(root)
    wanted = {path: stamp_of(contents, path, common, commands[path].replace(root, "")) for path in files}

    def stamp_file(path):
        return os.path.join(stamps, path.replace("/", "_"))

    def is_clean(path):
        try:
            with open(stamp_file(path), encoding="utf-8") as file:
                return file.read() == wanted[path]
        except FileNotFoundError:
            return False

    todo = [path for path in files if not is_clean(path)]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, (status, text) in zip(todo, pool.map(lambda each: check(root, build, each), todo)):
            if status == 0:
                with open(stamp_file(path), "w", encoding="utf-8") as file:
                    file.write(wanted[path])
            else:
                bad += 1
                print(text, end="", flush=True)
    print(f"run_tidy: {len(todo)} files checked, {len(files) - len(todo)} unchanged since they were clean, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
