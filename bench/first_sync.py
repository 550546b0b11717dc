#!/usr/bin/env python3
"""First sync against the official web client, in one run.

    bench/first_sync.py BIN_DIR [--rounds N] [--live] [DOCUMENTS ...]        default: 3 rounds, 10000 100000

One server replays static pages (bench/replay_server.h). Each round reads the whole collection with firebase/firestore/lite, into
memory only (one name range at a time and six at once, snapshots alone and turned into plain objects), and with our first sync, durable and indexed,
without and with every rule run. Medians over the rounds; ratios are against the fastest form of the web client. npm's packages are
those of tests/node, installed below BIN_DIR/../node.

--live reads from linesman-backend and, where it is installed, from Google's emulator instead of the static pages. There the server is the limit
of both clients, so these figures say nothing of ours.
"""
import json
import os
import shutil
import secrets
import socket
import statistics
import string
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

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


def post(url, verb, body):
    request = urllib.request.Request(f"{url}/v1/projects/demo/databases/(default)/documents:{verb}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json", "Authorization": "Bearer owner"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        return json.load(reply)


def fill(url, count, patterns):
    """Captures like those of the static pages, with ids as phones make them."""
    letters = string.digits + string.ascii_letters
    for begin in range(0, count, 400):
        writes = [{"update": {"name": patterns[i % len(patterns)]["name"].rsplit("/", 1)[0] + "/" + "".join(secrets.choice(letters) for _ in range(20)),
                              "fields": patterns[i % len(patterns)]["fields"]}} for i in range(begin, min(begin + 400, count))]
        post(url, "commit", {"writes": writes})


def wait_for(url):
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def live_servers(bin_dir):
    """(name, command with PORT) of each server that is here."""
    servers = [("linesman-backend", [os.path.join(bin_dir, "linesman-backend"), "--project", "demo", "--port", "PORT"])]
    files = subprocess.run(["dpkg", "-L", "google-cloud-cli-firestore-emulator"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    jars = [line for line in files.splitlines() if line.endswith("jar")]
    if jars and shutil.which("java"):
        servers.append(("Google's emulator", ["java", "-cp", jars[0], "com.google.cloud.datastore.emulator.firestore.CloudFirestore", "--host=127.0.0.1", "--port=PORT"]))
    else:
        print("Google's emulator is not installed: skipped.")
    return servers


def run_live(bin_dir, node, count, rounds):
    bench = os.path.join(bin_dir, "bench_first_sync")
    static = subprocess.Popen([bench, "--serve", "500"], stdout=subprocess.PIPE, text=True)
    port = static.stdout.readline().split()[0]
    query = {"structuredQuery": {"from": [{"collectionId": "staging-field-captures"}], "orderBy": [{"field": {"fieldPath": "__name__"}}], "limit": 500}}
    patterns = [each["document"] for each in post(f"http://127.0.0.1:{port}", "runQuery", query) if "document" in each]
    static.terminate()
    static.wait()
    for name, command in live_servers(bin_dir):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        with tempfile.TemporaryDirectory() as folder:
            server = subprocess.Popen([part.replace("PORT", port) for part in command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_for(f"http://127.0.0.1:{port}/")
                fill(f"http://127.0.0.1:{port}", count, patterns)
                compare(bench, node, port, count, rounds, name)
            finally:
                server.terminate()
                server.wait()


def run(bin_dir, node, count, rounds):
    bench = os.path.join(bin_dir, "bench_first_sync")
    server = subprocess.Popen([bench, "--serve", str(count)], stdout=subprocess.PIPE, text=True)
    try:
        port, size = server.stdout.readline().split()
        compare(bench, node, port, count, rounds, f"static pages, {int(size) / count:.0f} bytes each")
    finally:
        server.terminate()
        server.wait()


def compare(bench, node, port, count, rounds, source):
    seen = {}
    for _ in range(rounds):
        if node:
            for name, arguments in PEERS.items():
                seen.setdefault(name, []).append(measure(["node", "first_sync_lite.mjs", port] + arguments, count, node))
        for name, mode in OURS.items():
            seen.setdefault(name, []).append(measure([bench, "--client", f"http://127.0.0.1:{port}", mode], count))
    rates = {name: statistics.median(count / r["seconds"] for r in each) for name, each in seen.items()}
    peer = max((rates[name] for name in PEERS if name in rates), default=None)
    print(f"{count} documents, {source}, median of {rounds}, load {os.getloadavg()[0]:.1f}")
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
    live = "--live" in arguments
    if live:
        arguments.remove("--live")
    if not arguments:
        sys.exit(__doc__)
    directory = os.path.abspath(arguments[0])
    packages = prepare_node(directory)
    if not packages:
        print("Node or npm's packages are missing: only our own figures follow.")
    for size in [int(a) for a in arguments[1:]] or [10_000, 100_000]:
        (run_live if live else run)(directory, packages, size, rounds)
