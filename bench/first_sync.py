#!/usr/bin/env python3
"""First sync against the official web client, in one run.

    bench/first_sync.py BIN_DIR [--rounds N] [DOCUMENTS ...]        default: 3 rounds, 10000 100000

One server replays static pages (bench/replay_server.h). Each round reads the whole collection with firebase/firestore/lite, into
memory only (one name range at a time and six at once, snapshots alone and turned into plain objects), and with our first sync, durable and indexed,
without and with every rule run. Medians over the rounds; ratios are against the fastest form of the web client. npm's packages are
those of tests/node, installed below BIN_DIR/../node.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = {"lite, one range at a time": ["1", "raw"], "lite, six ranges": ["6", "raw"], "lite, six ranges, plain objects": ["6", "data"]}
OURS = {"Linesman, durable and indexed": "plain", "Linesman, and every rule run": "rules"}


def prepare_node(bin_dir):
    """The folder with npm's packages and our script, or None when they cannot be had."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    folder = os.path.join(bin_dir, "..", "node")
    os.makedirs(folder, exist_ok=True)
    if not os.path.isdir(os.path.join(folder, "node_modules", "firebase")):
        shutil.copy(os.path.join(HERE, "..", "tests", "node", "package.json"), folder)
        if subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], cwd=folder).returncode:
            return None
    shutil.copy(os.path.join(HERE, "first_sync_lite.mjs"), folder)
    return folder


def measure(command, count, cwd=None):
    output = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, text=True, check=True, timeout=600).stdout
    figures = json.loads(output.strip().splitlines()[-1])
    if figures["documents"] != count:
        sys.exit(f"{command}: {figures['documents']} documents instead of {count}")
    return figures


def run(bin_dir, node, count, rounds):
    bench = os.path.join(bin_dir, "bench_first_sync")
    server = subprocess.Popen([bench, "--serve", str(count)], stdout=subprocess.PIPE, text=True)
    try:
        port, size = server.stdout.readline().split()
        seen = {}
        for _ in range(rounds):
            if node:
                for name, arguments in PEERS.items():
                    seen.setdefault(name, []).append(measure(["node", "first_sync_lite.mjs", port] + arguments, count, node))
            for name, mode in OURS.items():
                seen.setdefault(name, []).append(measure([bench, "--client", f"http://127.0.0.1:{port}", mode], count))
    finally:
        server.terminate()
        server.wait()
    rates = {name: statistics.median(count / r["seconds"] for r in each) for name, each in seen.items()}
    peer = max((rates[name] for name in PEERS if name in rates), default=None)
    print(f"{count} documents, {int(size) / count:.0f} bytes each, median of {rounds}, load {os.getloadavg()[0]:.1f}")
    for name, rate in rates.items():
        peak = max(r["peak_mb"] for r in seen[name])
        ratio = f", {rate / peer:.2f} x the web client" if peer and name in OURS else ""
        print(f"  {name + ':':38} {rate:9,.0f} documents/s, peak {peak:6.0f} MB{ratio}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    rounds = 3
    if "--rounds" in arguments:
        at = arguments.index("--rounds")
        rounds = int(arguments[at + 1])
        del arguments[at:at + 2]
    if not arguments:
        sys.exit(__doc__)
    directory = os.path.abspath(arguments[0])
    packages = prepare_node(directory)
    if not packages:
        print("Node or npm's packages are missing: only our own figures follow.")
    for size in [int(a) for a in arguments[1:]] or [10_000, 100_000]:
        run(directory, packages, size, rounds)
