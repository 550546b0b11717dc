#!/usr/bin/env python3
"""The real programs with many captures: first sync, warm start, memory, frames.

    bench/desk.py BIN_DIR [CAPTURES ...]        default: 100000

Starts linesman-backend on loopback, fills it, runs `linesmanctl sync` (cold), `linesmanctl status` (warm) and the console under Xvfb with
software GL (warm start, scripted keys and map moves). Prints one line per figure. Everything lies in a temporary folder.
"""
import base64
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

SLOTS = ["before", "front", "side", "depth", "concrete", "compaction"]


def text(value):
    return {"stringValue": value}


def capture(i, root, bucket_url):
    """A staging document as our field agent writes it, about 2.2 KB of JSON."""
    offline = f"offline_17382{i:08d}_a1b2c3d4e"
    row, column = divmod(i, 400)
    urls, photos = {}, {}
    for slot in SLOTS:
        path = f"poles/staging/{offline}/{slot}_17382{i:08d}.jpg"
        md5 = base64.b64encode(hashlib.md5(path.encode()).digest()).decode()
        urls[slot] = text(f"{bucket_url}/v0/b/demo-linesman.appspot.com/o/{path.replace('/', '%2F')}?alt=media")
        photos[slot] = {"mapValue": {"fields": {"path": text(path), "bytes": {"integerValue": "81920"}, "md5": text(md5)}}}
    when = f"2026-{1 + i // 28 % 9:02d}-{1 + i % 28:02d}T{i // 3600 % 24:02d}:{i // 60 % 60:02d}:{i % 60:02d}Z"
    fields = {
        "poleNumber": text(f"LAW.P.{chr(65 + i // 10000 % 26)}{i % 10000:04d}") if i % 4 else text(""), "projectId": text("Law-001"),
        "gpsLocation": {"mapValue": {"fields": {"latitude": {"doubleValue": -26.40 + row * 0.00015},
                                                "longitude": {"doubleValue": 27.79 + column * 0.00017}}}},
        "gpsAccuracy": {"doubleValue": 3 + i % 20}, "notes": text("planted" if i % 10 else "Muthu wa mudi o tenda, corner of the road"),
        "capturedBy": text(f"worker-{i % 60:02d}"), "capturedAt": {"timestampValue": when}, "submitted_at": {"timestampValue": when},
        "updated_at": {"timestampValue": when}, "validation_status": text("pending"), "validation_errors": {"arrayValue": {}},
        "synced_to_production": {"booleanValue": False}, "offline_id": text(offline), "device_id": text(f"device_{i % 40}"),
        "photoUrls": {"mapValue": {"fields": urls}}, "photos": {"mapValue": {"fields": photos}}}
    return {"name": f"{root}/staging-field-captures/f_{i:024x}", "fields": fields}


def fill(url, count):
    root = "projects/demo-linesman/databases/(default)/documents"
    office = [{"name": f"{root}/projects/Law-001", "fields": {"name": text("Lawley"), "number_prefix": text("LAW")}}]
    for start in range(0, count, 5000):
        documents = [capture(i, root, url) for i in range(start, min(start + 5000, count))]
        if start == 0:
            documents = office + documents
        request = urllib.request.Request(url + "/linesman-admin/documents", json.dumps({"documents": documents}).encode(),
                                         {"Content-Type": "application/json"}, method="POST")
        urllib.request.urlopen(request, timeout=120).read()


def timed(command, env):
    """Wall seconds, peak resident MB and output of a command."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, _ = process.communicate(timeout=1200)
    return time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, process.returncode, output


# What a supervisor does, each part counted for itself. Frames in which nothing happens would flatter: no waiting inside a part.
PARTS = {
    "select": ["key Down"] * 60,
    "filter": ["key Ctrl+2", "key Ctrl+4", "key Ctrl+1"] * 10,
    "search": ["key /"] + [f"text {letter}" for letter in "LAW.P.B12"] + ["key Escape", "key Ctrl+Backspace"],
    "pan": ["drag 40 24"] * 12 + ["drag -40 -24"] * 12,
    "zoom": ["wheel 1"] * 12 + ["wheel -1"] * 12,
}
IDLE_S = 10


def script_of(picture):
    steps = ["wait-idle"]
    for name in ("select", "filter", "search"):
        steps += [f"measure {name}"] + PARTS[name] + ["measure", "wait-idle"]
    steps += ["key F7", "wait-idle", "mouse 900 500"]
    for name in ("pan", "zoom"):
        steps += [f"measure {name}"] + PARTS[name] + ["measure", "wait-idle"]
    return steps + [f"screenshot {picture}", "measure idle", f"wait {IDLE_S * 1000 + 2000}", "measure", "quit"]


@contextlib.contextmanager
def free_display():
    """An X server of its own; gives its name."""
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"], pass_fds=[writer],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as file:
            number = file.readline().strip()
        if not number:
            sys.exit("Xvfb gave no display.")
        yield ":" + number
    finally:
        server.terminate()
        server.wait()


class Desk:
    """A backend filled with captures, and the desk of a supervisor who has nothing yet. All of it goes at the end."""

    def __init__(self, bin_dir, count):
        self.bin_dir, self.count = bin_dir, count
        self.folder = tempfile.mkdtemp(prefix="linesman-bench-")

    def __enter__(self):
        ready = self.folder + "/ready.json"
        self.backend = subprocess.Popen([self.bin_dir + "/linesman-backend", "--demo-users", "--no-gzip", "--ready-file", ready],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (os.path.exists(ready) and os.path.getsize(ready)):
            time.sleep(0.02)
        url = json.load(open(ready))["url"]
        fill(url, self.count)
        self.env = dict(os.environ, LINESMAN_PROJECT_ID="demo-linesman", LINESMAN_API_KEY="bench", LINESMAN_FIRESTORE_HOST=url,
                        LINESMAN_IDENTITY_HOST=url, LINESMAN_TOKEN_HOST=url, LINESMAN_STORAGE_HOST=url,
                        LINESMAN_EMAIL="supervisor@demo.linesman.test", LINESMAN_PASSWORD="linesman", LIBGL_ALWAYS_SOFTWARE="1")
        self.arguments = ["--profile", "bench", "--data-dir", self.folder + "/desk"]
        return self

    def __exit__(self, *_):
        self.backend.terminate()
        self.backend.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ctl(self, verb):
        """Wall seconds and peak resident MB of a verb of linesmanctl."""
        started = time.monotonic()
        process = subprocess.Popen([self.bin_dir + "/linesmanctl"] + self.arguments + [verb], env=self.env, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"linesmanctl {verb} ended with {process.returncode}:\n{output}")
        return time.monotonic() - started, usage.ru_maxrss / 1024

    def start_console(self, steps, display, more=()):
        script = self.folder + "/script.txt"
        with open(script, "w") as file:
            file.write("\n".join(steps) + "\n")
        return subprocess.Popen([self.bin_dir + "/linesman"] + self.arguments + ["--size", "1920x1080", "--script", script, "--frame-stats", *more],
                                env=dict(self.env, DISPLAY=display), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def positions(self):
        """Longitude and latitude of each capture, as `capture` writes them."""
        return [(27.79 + i % 400 * 0.00017, -26.40 + i // 400 * 0.00015) for i in range(self.count)]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share_while_idle(process, picture):
    """Share of one core that the console takes in the seconds after its last picture; None when it ended before."""
    while not os.path.exists(picture):
        if process.poll() is not None:
            return None
        time.sleep(0.1)
    time.sleep(1)
    before = cpu_seconds(process.pid)
    time.sleep(IDLE_S)
    return (cpu_seconds(process.pid) - before) / IDLE_S


def run(bin_dir, count):
    with Desk(bin_dir, count) as desk:
        wall, peak = desk.ctl("sync")
        print(f"{count} captures: cold first sync, rules run, durable: {wall:.2f} s, {count / wall:.0f} documents/s, peak {peak:.0f} MB")
        wall, _ = desk.ctl("status")
        print(f"{count} captures: linesmanctl status, warm, rules run again: {wall:.2f} s")
        picture = desk.folder + "/last.png"
        with free_display() as display:
            console = desk.start_console(script_of(picture), display)
            idle = share_while_idle(console, picture)
            output, _ = console.communicate(timeout=1200)
        for line in output.splitlines():
            print(f"{count} captures: console: {line}")
        if idle is not None:
            print(f"{count} captures: console: idle takes {100 * idle:.2f} % of a core")
        if console.returncode:
            sys.exit(f"the console ended with {console.returncode}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for size in [int(a) for a in sys.argv[2:]] or [100_000]:
        run(os.path.abspath(sys.argv[1]), size)
