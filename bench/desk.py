#!/usr/bin/env python3
"""The real programs with many captures: first sync, warm start, memory, frames.

    bench/desk.py BIN_DIR [CAPTURES ...]        default: 100000

Starts linesman-backend on loopback, fills it, runs `linesmanctl sync` (cold), `linesmanctl status` (warm) and the console under Xvfb with
software GL (warm start, scripted keys and map moves). Prints one line per figure. Everything lies in a temporary folder.
"""
import base64
import hashlib
import json
import os
import resource
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


SCRIPT = ["wait-idle"] + ["key Down"] * 50 + ["wait-idle", "key F7", "wait-idle"] + ["mouse 300 400", "wheel 1", "drag 40 20"] * 15 + ["wait-idle", "quit"]


def run(bin_dir, count):
    folder = tempfile.mkdtemp(prefix="linesman-bench-")
    ready = folder + "/ready.json"
    backend = subprocess.Popen([bin_dir + "/linesman-backend", "--demo-users", "--no-gzip", "--ready-file", ready],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (os.path.exists(ready) and os.path.getsize(ready)):
            time.sleep(0.02)
        url = json.load(open(ready))["url"]
        fill(url, count)
        env = dict(os.environ, LINESMAN_PROJECT_ID="demo-linesman", LINESMAN_API_KEY="bench", LINESMAN_FIRESTORE_HOST=url,
                   LINESMAN_IDENTITY_HOST=url, LINESMAN_TOKEN_HOST=url, LINESMAN_STORAGE_HOST=url,
                   LINESMAN_EMAIL="supervisor@demo.linesman.test", LINESMAN_PASSWORD="linesman", LIBGL_ALWAYS_SOFTWARE="1")
        desk = ["--profile", "bench", "--data-dir", folder + "/desk"]
        ctl = [bin_dir + "/linesmanctl"] + desk
        wall, peak, code, output = timed(ctl + ["sync"], env)
        print(f"{count} captures: cold first sync, rules run, durable: {wall:.2f} s, {count / wall:.0f} documents/s, peak {peak:.0f} MB (exit {code})")
        if code:
            print(output)
        wall, _, code, _ = timed(ctl + ["status"], env)
        print(f"{count} captures: linesmanctl status, warm, rules run again: {wall:.2f} s (exit {code})")
        script = folder + "/script.txt"
        open(script, "w").write("\n".join(SCRIPT) + "\n")
        console = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", bin_dir + "/linesman"] + desk
        _, peak, code, output = timed(console + ["--size", "1920x1080", "--script", script, "--frame-stats"], env)
        for line in output.splitlines():
            print(f"{count} captures: console: {line}")
        if code:
            print(f"console ended with {code}")
    finally:
        backend.terminate()
        backend.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for size in [int(a) for a in sys.argv[2:]] or [100_000]:
        run(os.path.abspath(sys.argv[1]), size)
