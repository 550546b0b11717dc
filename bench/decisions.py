#!/usr/bin/env python3
"""Scripted decisions through the real window: from the key to the next photo on the screen, and whether every decision reaches the server.

    bench/decisions.py BIN_DIR [DECISIONS]        default: 1000

Three runs under Xvfb with software GL, each with a backend, data and folders of its own:
  warm   photos of the next captures are in memory, as for a person who looks at a photo before deciding
  disk   nothing is asked for ahead; every photo comes from the disk cache
  slow   nothing on disk; each photo takes the server 250 ms; captures are decided every 700 ms
Prints p50 and p99 in frames and milliseconds (1 frame = the frame of the key itself; the milliseconds end when the frame is on the screen) and a
histogram, which is kept as build/decisions-<run>.csv. Afterwards counts on the server the captures that are rejected by us: it must be all of them.
Ends with 1 when a decision is missing.
"""
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from desk import capture, text

PAUSE_MS = {"warm": 250, "disk": 30, "slow": 700}
PHOTO_DELAY_MS = 250
BUCKET = "demo-linesman.appspot.com"
EDGES_MS = [10, 20, 33, 50, 100, 200, 500, 1000]


def call(url, method="GET", body=None, content_type="application/json"):
    request = urllib.request.Request(url, body, {"Content-Type": content_type, "Authorization": "Bearer owner"}, method=method)
    with urllib.request.urlopen(request, timeout=120) as reply:
        return reply.read()


def sample_photos(bin_dir, folder):
    """A few JPEGs as phones send them, from the demo fleet's own renderer by way of a small fleet."""
    ready = folder + "/sample-ready.json"
    data = folder + "/sample-data"
    backend = start_backend(bin_dir, ready, data)
    try:
        url = json.load(open(ready))["url"]
        subprocess.run([bin_dir + "/linesman-field", "demo-fleet", "--backend", url, "--dir", folder + "/sample-fleet", "--captures", "60",
                        "--devices", "3", "--seed", "7"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        listed = json.loads(call(f"{url}/v0/b/{BUCKET}/o?prefix=poles/"))
        photos = []
        for item in listed.get("items", [])[:24]:
            photos.append(call(f"{url}/v0/b/{BUCKET}/o/{urllib.parse.quote(item['name'], safe='')}?alt=media"))
        return photos
    finally:
        stop(backend)


def start_backend(bin_dir, ready, data=None):
    command = [bin_dir + "/linesman-backend", "--demo-users", "--no-gzip", "--ready-file", ready] + (["--data", data] if data else [])
    backend = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (os.path.exists(ready) and os.path.getsize(ready)):
        time.sleep(0.02)
        if backend.poll() is not None:
            sys.exit("linesman-backend ended at once")
    return backend


def stop(process):
    process.terminate()
    process.wait()


def fill(url, count, photos):
    """`count` captures with six photos each, every photo an object of its own with its real md5."""
    root = "projects/demo-linesman/databases/(default)/documents"
    documents = [{"name": f"{root}/projects/Law-001", "fields": {"name": text("Lawley"), "number_prefix": text("LAW")}}]
    for i in range(count):
        document = capture(i, root, url)
        slots = document["fields"]["photos"]["mapValue"]["fields"]
        for number, photo in enumerate(slots.values()):
            bytes_ = photos[(i * 6 + number) % len(photos)]
            fields = photo["mapValue"]["fields"]
            path = fields["path"]["stringValue"]
            # Different content for every photo: a trailer that decoders ignore.
            bytes_ += f"{i}/{number}".encode()
            fields["md5"] = text(base64.b64encode(hashlib.md5(bytes_).digest()).decode())
            fields["bytes"] = {"integerValue": str(len(bytes_))}
            call(f"{url}/v0/b/{BUCKET}/o?uploadType=media&name={urllib.parse.quote(path, safe='')}", "POST", bytes_, "image/jpeg")
        documents.append(document)
    for start in range(0, len(documents), 2000):
        call(url + "/linesman-admin/documents", "POST", json.dumps({"documents": documents[start:start + 2000]}).encode())


def rejected_on_server(url):
    query = {"structuredQuery": {"from": [{"collectionId": "staging-field-captures"}], "select": {"fields": [{"fieldPath": "review"}]},
                                 "where": {"fieldFilter": {"field": {"fieldPath": "review.decision"}, "op": "EQUAL", "value": text("rejected")}}}}
    reply = json.loads(call(f"{url}/v1/projects/demo-linesman/databases/(default)/documents:runQuery", "POST", json.dumps(query).encode()))
    return sum(1 for item in reply if "document" in item)


def environment(url):
    return dict(os.environ, LINESMAN_PROJECT_ID="demo-linesman", LINESMAN_API_KEY="bench", LINESMAN_BUCKET=BUCKET, LINESMAN_FIRESTORE_HOST=url,
                LINESMAN_IDENTITY_HOST=url, LINESMAN_TOKEN_HOST=url, LINESMAN_STORAGE_HOST=url, LINESMAN_HOLD_BACK_S="0",
                LINESMAN_EMAIL="supervisor@demo.linesman.test", LINESMAN_PASSWORD="linesman", LIBGL_ALWAYS_SOFTWARE="1")


def console(bin_dir, folder, env, script, times=None):
    path = folder + "/script.txt"
    with open(path, "w") as file:
        file.write("\n".join(script) + "\n")
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x720x24", bin_dir + "/linesman", "--profile", "bench", "--data-dir", folder + "/desk",
               "--size", "1280x720", "--script", path, "--frame-stats"] + (["--decision-times", times] if times else [])
    result = subprocess.run(command, env=env, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"the console ended with {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout.strip()


def percentile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def report(name, times, wanted):
    rows = [line.split(",") for line in open(times).read().splitlines()[1:]]
    frames, ms = sorted(int(row[0]) for row in rows), sorted(float(row[1]) for row in rows)
    print(f"{name}: {len(rows)} of {wanted} decisions timed; frames p50 {percentile(frames, 0.5)} p99 {percentile(frames, 0.99)} "
          f"longest {frames[-1] if frames else 0}; ms p50 {percentile(ms, 0.5):.1f} p99 {percentile(ms, 0.99):.1f} longest {ms[-1] if ms else 0:.1f}")
    same_frame = sum(1 for count in frames if count == 1)
    print(f"{name}: in the frame of the key: {same_frame} ({100 * same_frame / max(1, len(frames)):.1f} %)")
    lower = 0
    for edge in EDGES_MS + [float("inf")]:
        count = sum(1 for value in ms if lower <= value < edge)
        label = f"{lower:>5} to {edge:>5} ms" if edge != float("inf") else f"    from {lower} ms"
        print(f"{name}:   {label}: {count:5d} {'#' * round(60 * count / max(1, len(ms)))}")
        lower = edge
    return len(rows)


def run(name, bin_dir, count, photos, kept):
    folder = tempfile.mkdtemp(prefix=f"linesman-decisions-{name}-")
    backend = start_backend(bin_dir, folder + "/ready.json")
    try:
        url = json.load(open(folder + "/ready.json"))["url"]
        fill(url, count + 20, photos)
        env = environment(url)
        subprocess.run([bin_dir + "/linesmanctl", "--profile", "bench", "--data-dir", folder + "/desk", "sync"], env=env, check=True,
                       stdout=subprocess.DEVNULL)
        if name == "disk":  # every photo is looked at once, in a console of its own
            console(bin_dir, folder, env, ["wait-idle"] + ["key J", "wait-idle", "wait 60"] * (count + 12) + ["quit"])
        if name == "slow":
            rule = {"seed": 7, "rules": [{"kind": "delay", "method": "GET", "path": "/v0/b/", "delayMs": PHOTO_DELAY_MS}]}
            call(url + "/linesman-admin/faults", "PUT", json.dumps(rule).encode())
        # Two keys each: R opens the reasons, 4 decides; the time runs from the 4.
        decision = ["key R", "key 4", "wait-idle", f"wait {PAUSE_MS[name]}"]
        script = ["wait-idle", "wait 2000"] + (["prefetch off"] if name == "disk" else []) + decision * count + ["wait-idle", "quit"]
        times = os.path.join(kept, f"decisions-{name}.csv")
        begun = time.monotonic()
        said = console(bin_dir, folder, env, script, times)
        print(f"{name}: {count} decisions in {time.monotonic() - begun:.0f} s; {said.splitlines()[0] if said else ''}")
        timed = report(name, times, count)
        call(url + "/linesman-admin/faults", "DELETE")
        # What was still under way when the window closed is sent now.
        subprocess.run([bin_dir + "/linesmanctl", "--profile", "bench", "--data-dir", folder + "/desk", "sync"], env=env, check=True,
                       stdout=subprocess.DEVNULL)
        there = rejected_on_server(url)
        print(f"{name}: on the server: {there} of {count} decisions{'' if there == count else ' - MISSING'}")
        return there == count and timed == count
    finally:
        stop(backend)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bin_dir = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    kept = os.path.join(os.path.dirname(os.path.dirname(bin_dir)))
    scratch = tempfile.mkdtemp(prefix="linesman-decisions-")
    try:
        photos = sample_photos(bin_dir, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if not photos:
        sys.exit("no photo could be made for the captures")
    good = [run(name, bin_dir, count, photos, kept) for name in ("warm", "disk", "slow")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
