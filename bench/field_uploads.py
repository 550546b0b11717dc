#!/usr/bin/env python3
"""Upload throughput of linesman-field as a ratio to the official firebase client doing the same uploads.

    bench/field_uploads.py build/release/bin [captures=200] [photo_bytes=150000] [runs=3]

Both get the same photos (three per capture) and a fresh local backend in memory, take turns, and make the same objects and
one staging document per capture. linesman-field is timed as a program (start, sign-in, offline store with fsync, heartbeat
and session included); the firebase client from its sign-in to its last document, eight captures at a time, without any
offline store. Needs Node; npm's packages go to a temporary folder. Run it on an idle machine: the server shares its cores.
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SLOTS = ["before", "front", "side"]


def start_backend(bin_folder):
    process = subprocess.Popen([f"{bin_folder}/linesman-backend", "--demo-users"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    port = json.loads(process.stdout.readline())["port"]
    return process, port


def make_photos(folder, captures, size):
    dice = random.Random(7)
    for i in range(captures):
        for slot in SLOTS:
            with open(f"{folder}/LAW.P.A{i:04}_{slot}.jpg", "wb") as photo:
                photo.write(b"\xff\xd8\xff\xe0" + dice.randbytes(size - 6) + b"\xff\xd9")
    with open(f"{folder}/poles.csv", "w", encoding="utf-8") as table:
        table.write("number,lat,lon,accuracy\n")
        for i in range(captures):
            table.write(f"LAW.P.A{i:04},-26.38,{27.79 + i * 1e-4:.6f},4\n")


def run_ours(bin_folder, work, photos):
    backend, port = start_backend(bin_folder)
    store = f"{work}/store"
    try:
        field = [f"{bin_folder}/linesman-field", "--dir", store, "--backend", f"http://127.0.0.1:{port}", "--json", "-q"]
        subprocess.run(field + ["capture", "import", f"{photos}/poles.csv", "--photos", photos, "--project", "Law-001"],
                       check=True, stdout=subprocess.DEVNULL)
        begun = time.monotonic()
        done = subprocess.run(field + ["sync"], check=True, stdout=subprocess.PIPE)
        seconds = time.monotonic() - begun
        return seconds, json.loads(done.stdout)["staged"]
    finally:
        backend.terminate()
        backend.wait()
        shutil.rmtree(store, ignore_errors=True)


def run_firebase(bin_folder, node_folder, photos):
    backend, port = start_backend(bin_folder)
    try:
        done = subprocess.run(["node", "field_uploads.mjs", str(port), photos], cwd=node_folder, check=True, stdout=subprocess.PIPE)
        result = json.loads(done.stdout)
        return result["seconds"], result["staged"]
    finally:
        backend.terminate()
        backend.wait()


def main():
    bin_folder = os.path.abspath(sys.argv[1])
    captures = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 150_000
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    print("load before:", os.getloadavg()[0])
    with tempfile.TemporaryDirectory() as work:
        node = f"{work}/node"
        photos = f"{work}/photos"
        os.makedirs(node)
        os.makedirs(photos)
        shutil.copy(f"{HERE}/../tests/node/package.json", node)
        shutil.copy(f"{HERE}/field_uploads.mjs", node)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], cwd=node, check=True)
        make_photos(photos, captures, size)
        megabytes = captures * len(SLOTS) * size / 1e6
        times = {"linesman-field": [], "firebase": []}
        for _ in range(runs):
            for name, run in (("linesman-field", lambda: run_ours(bin_folder, work, photos)),
                              ("firebase", lambda: run_firebase(bin_folder, node, photos))):
                seconds, staged = run()
                assert staged == captures, (name, staged)
                times[name].append(seconds)
                print(f"{name:15} {seconds:7.2f} s  {megabytes / seconds:7.1f} MB/s  {captures / seconds:7.1f} captures/s")
        ours, theirs = statistics.median(times["linesman-field"]), statistics.median(times["firebase"])
        print(f"median of {runs}: linesman-field {ours:.2f} s, firebase {theirs:.2f} s, ratio of throughput {theirs / ours:.2f}")


if __name__ == "__main__":
    main()
