#!/usr/bin/env python3
"""Clusters of the same points by npm's supercluster and by our map, in one run.

    bench/supercluster.py BIN_DIR [POINTS]        default: 1000000; BIN_DIR holds bench_cluster (build/release/bin)

Prints the time from coordinates to the first view (supercluster: its index; ours: there is no index, the first view is binned), their ratio, and
for every zoom level whether the counts add up to all points. Goal: 15 times as fast, every sum exact. npm installs into a temporary folder that is
removed. Without Node or without npm's registry it says so and ends with 77.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from array import array

VERSION = "8.0.1"
GOAL = 15.0


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def install(folder):
    if not shutil.which("node") or not shutil.which("npm"):
        skip("Node is not installed.")
    with open(os.path.join(folder, "package.json"), "w") as file:
        json.dump({"name": "bench", "private": True, "type": "module", "dependencies": {"supercluster": VERSION}}, file)
    result = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        skip("npm could not install supercluster: " + (result.stderr.strip().splitlines() or ["no reason given"])[-1])
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copy(os.path.join(here, "supercluster.mjs"), folder)


def write_points(path, count):
    """Forty towns of a province of one degree, and a tenth of the poles anywhere between; the same for every run."""
    rng = random.Random(7)
    values = array("d")
    towns = [(27.4 + rng.random() * 0.8, -26.8 + rng.random() * 0.8, 0.02 + rng.random() * 0.1) for _ in range(40)]
    for i in range(count):
        if i % 10 == 0:
            values.extend((27.3 + rng.random(), -26.9 + rng.random()))
        else:
            lon, lat, size = towns[i % len(towns)]
            values.extend((lon + (rng.random() - 0.5) * size, lat + (rng.random() - 0.5) * size))
    with open(path, "wb") as file:
        values.tofile(file)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bench = os.path.join(os.path.abspath(sys.argv[1]), "bench_cluster")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    if not os.path.exists(bench):
        sys.exit(f"{bench} is not built: cmake --build build/release --target bench_cluster")
    folder = tempfile.mkdtemp(prefix="linesman-supercluster-")
    try:
        install(folder)
        points = os.path.join(folder, "points.bin")
        write_points(points, count)
        theirs = json.loads(subprocess.run(["node", "--max-old-space-size=8192", "supercluster.mjs", points], cwd=folder, check=True,
                                           capture_output=True, text=True).stdout)
        ours = json.loads(subprocess.run([bench, points], check=True, capture_output=True, text=True).stdout)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ratio = theirs["build_ms"] / ours["build_ms"]
    print(f"{count} points, supercluster {VERSION}: index {theirs['build_ms']:.0f} ms (best of 3), peak {theirs['peak_mb']:.0f} MB")
    print(f"{count} points, ours: coordinates to the first view {ours['build_ms']:.1f} ms (best of 5), each further view {ours['view_ms']:.1f} ms")
    print(f"ratio {ratio:.1f} (goal {GOAL:.0f}: {'reached' if ratio >= GOAL else 'NOT reached'})")
    wrong = []
    for them, us in zip(theirs["zooms"], ours["zooms"]):
        print(f"zoom {us['zoom']:2d}: supercluster {them['counted']} in {them['clusters']} clusters, {them['ms']:.1f} ms; "
              f"ours {us['counted']} in {us['bins']} bins of {us['views']} views, {us['ms']:.1f} ms")
        if us["counted"] != count:
            wrong.append(f"ours at zoom {us['zoom']}: {us['counted']}")
        if them["counted"] != count:
            wrong.append(f"supercluster at zoom {them['zoom']}: {them['counted']}")
    print("sums: every level adds up to all points" if not wrong else "sums WRONG: " + "; ".join(wrong))
    sys.exit(1 if any(line.startswith("ours") for line in wrong) else 0)


if __name__ == "__main__":
    main()
