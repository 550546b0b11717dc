#!/usr/bin/env python3
"""The same captures on our console's map and on MapLibre GL JS with clustering in headless Chromium, in one run.

    bench/maplibre.py BIN_DIR [CAPTURES]        default: 1000000 (filling the backend takes over 8 minutes); BIN_DIR is build/release/bin

Both draw 1920x1080 with software GL on this machine. Ours: the console with its warm cache (every rule run, photos, queue and all), from the
start of the program until no picture is missing, then 120 frames of panning. MapLibre: positions and states only, as GeoJSON from loopback, from
the page's request until its first `idle` (the browser's own start not counted), then 120 frames of panning two zoom levels in. Memory: the
largest sum of proportional shares of all processes of each. Goals: first usable map 9 times sooner, frames twice as fast, a fifth of the memory.
npm installs into a temporary folder that is removed. Without Chromium, Node or npm's registry it says so and ends with 77.
"""
import http.server
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from desk import Desk, free_display

VERSION = "5.9.0"
GOALS = {"first usable map": 9.0, "frame while panning": 2.0, "memory": 5.0}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def install(folder):
    browser = shutil.which("chromium")
    if not browser:
        skip("Chromium is not installed (package chromium).")
    if not shutil.which("npm"):
        skip("Node is not installed.")
    with open(os.path.join(folder, "package.json"), "w") as file:
        json.dump({"name": "bench", "private": True, "dependencies": {"maplibre-gl": VERSION}}, file)
    result = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        skip("npm could not install maplibre-gl: " + (result.stderr.strip().splitlines() or ["no reason given"])[-1])
    for name in ("maplibre-gl.js", "maplibre-gl.css"):
        shutil.copy(os.path.join(folder, "node_modules/maplibre-gl/dist", name), folder)
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "maplibre.html"), folder)
    return browser


def write_geojson(path, points):
    """Positions to a metre and a state, nothing else: as small as such a file gets."""
    rng = random.Random(7)
    with open(path, "w") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for i, (lon, lat) in enumerate(points):
            file.write(f'{"," if i else ""}{{"type":"Feature","properties":{{"state":{rng.randrange(4)}}},'
                       f'"geometry":{{"type":"Point","coordinates":[{lon:.5f},{lat:.5f}]}}}}')
        file.write("]}")


class Memory(threading.Thread):
    """The largest proportional memory of a process and all below it, in MB; looked at four times a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0.0, threading.Event()

    @staticmethod
    def family(pid):
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat") as file:
                        parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
                except OSError:
                    pass
        found, grown = {pid}, True
        while grown:
            more = {child for child, parent in parents.items() if parent in found} - found
            found |= more
            grown = bool(more)
        return found

    def run(self):
        while not self.over.wait(0.25):
            total = 0
            for pid in self.family(self.pid):
                try:
                    with open(f"/proc/{pid}/smaps_rollup") as file:
                        total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
                except OSError:
                    pass
            self.peak = max(self.peak, total / 1024)


def in_browser(browser, folder, bounds):
    results = queue.Queue()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def do_POST(self):
            results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = f"http://127.0.0.1:{server.server_port}/maplibre.html?bounds={json.dumps(bounds, separators=(',', ':'))}"
    process = subprocess.Popen(
        [browser, "--headless=new", "--no-sandbox", "--no-first-run", "--disable-extensions", "--disable-background-networking",
         "--window-size=1920,1080", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-frame-rate-limit", "--disable-gpu-vsync",
         f"--user-data-dir={folder}/browser", page], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = Memory(process.pid)
    memory.start()
    try:
        while True:
            result = results.get(timeout=600)
            if "error" in result:
                sys.exit("MapLibre: " + result["error"])
            if result["stage"] == "done":
                return result, memory.peak
    finally:
        memory.over.set()
        memory.join()
        process.terminate()
        process.wait()
        server.shutdown()


def percentile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    folder = tempfile.mkdtemp(prefix="linesman-maplibre-")
    try:
        browser = install(folder)
        with Desk(os.path.abspath(sys.argv[1]), count) as desk:
            desk.ctl("sync")
            desk.backend.terminate()  # the map needs none; its memory is free for the browser
            pan = ["measure pan"] + ["drag 40 24"] * 12 + ["drag -40 -24"] * 12 + ["measure"]
            script = ["wait-idle", "key F7", "wait-idle", "mouse 900 500"] + ["wheel 1"] * 4 + ["wait-idle"] + pan + ["quit"]
            with free_display() as display:
                console = desk.start_console(script, display, ["--offline"])
                memory = Memory(console.pid)
                memory.start()
                output, _ = console.communicate(timeout=600)
                memory.over.set()
                memory.join()
            ours = {"usable": float(output.split("complete after ")[1].split(" ms")[0]), "memory": memory.peak}
            line = next(line for line in output.splitlines() if line.startswith("pan: "))
            ours["pan"] = {name: float(line.split("shown after ms ")[1].split(name + " ")[1].split()[0]) for name in ("p50", "p95")}
            points = desk.positions()
        write_geojson(folder + "/points.geojson", points)
        bounds = [[min(p[0] for p in points), min(p[1] for p in points)], [max(p[0] for p in points), max(p[1] for p in points)]]
        theirs, peak = in_browser(browser, folder, bounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    pan = theirs["pan"]
    print(f"{count} captures, MapLibre GL JS {VERSION}: first usable map {theirs['usable']:.0f} ms ({theirs['shown']} marks), panning p50 "
          f"{percentile(pan, 0.5):.1f} p95 {percentile(pan, 0.95):.1f} ms a frame, zooming p50 {percentile(theirs['zoom'], 0.5):.1f} ms, memory {peak:.0f} MB")
    print(f"{count} captures, ours: complete window {ours['usable']:.0f} ms after its start, panning p50 {ours['pan']['p50']:.1f} p95 "
          f"{ours['pan']['p95']:.1f} ms a frame, memory {ours['memory']:.0f} MB")
    ratios = {"first usable map": theirs["usable"] / ours["usable"], "frame while panning": percentile(pan, 0.5) / ours["pan"]["p50"],
              "memory": peak / ours["memory"]}
    for name, ratio in ratios.items():
        print(f"{name}: ratio {ratio:.1f} (goal {GOALS[name]:.0f}: {'reached' if ratio >= GOALS[name] else 'NOT reached'})")


if __name__ == "__main__":
    main()
