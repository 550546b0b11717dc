// Two desks (linesmanctl, each with files of its own) and Google's JavaScript client on one backend: random writes,
// decisions and deletes while connections are cut. In the end all three hold what the server holds, no accepted decision is
// lost, and nothing that was deleted is back. LINESMAN_SEED repeats a run, LINESMAN_STEPS makes it longer.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initializeApp, deleteApp } from 'firebase/app';
import {
    collection, connectFirestoreEmulator, deleteDoc, disableNetwork, doc, enableNetwork, initializeFirestore, onSnapshot, serverTimestamp, setDoc,
    setLogLevel, terminate, Timestamp, updateDoc, waitForPendingWrites,
} from 'firebase/firestore';

setLogLevel('silent'); // cuts are expected here
const port = Number(process.env.LINESMAN_PORT);
const ctl = process.env.LINESMAN_CTL;
if (!ctl) {
    console.log('skipped: LINESMAN_CTL names no linesmanctl');
    process.exit(0);
}
const seed = Number(process.env.LINESMAN_SEED ?? Math.floor(Math.random() * 1e9));
const steps = Number(process.env.LINESMAN_STEPS ?? 14);
console.log(`LINESMAN_SEED=${seed} LINESMAN_STEPS=${steps}`);

let state = seed >>> 0;
const random = (n) => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
};
const any = (list) => list[random(list.length)];

const url = `http://127.0.0.1:${port}`;
const admin = async (path, method = 'GET', body) => {
    const reply = await fetch(`${url}/linesman-admin/${path}`, { method, body: body && JSON.stringify(body) });
    assert.equal(reply.status, 200, path);
    return reply.json();
};

// --- the desks ---
const root = mkdtempSync(join(tmpdir(), 'linesman-converge-'));
const run = (program, words, env = {}) => new Promise((done) => {
    const child = spawn(program, words, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '', errors = '';
    child.stdout.on('data', (bytes) => { output += bytes; });
    child.stderr.on('data', (bytes) => { errors += bytes; });
    child.on('close', (code) => done({ code, output, errors }));
});
class Desk {
    constructor(person) {
        this.folder = join(root, person);
        this.env = {
            HOME: root, LINESMAN_PROJECT_ID: 'demo-linesman', LINESMAN_API_KEY: 'demo', LINESMAN_HOLD_BACK_S: '0', LINESMAN_FIRESTORE_HOST: url,
            LINESMAN_IDENTITY_HOST: url, LINESMAN_TOKEN_HOST: url, LINESMAN_STORAGE_HOST: url, LINESMAN_EMAIL: `${person}@demo.linesman.test`,
            LINESMAN_PASSWORD: 'linesman',
        };
        this.recorded = []; // op ids
    }
    ctl(...words) { return run(ctl, ['--profile', 'demo', '--data-dir', this.folder, '--json', '-q', ...words], this.env); }
    async decide(id) {
        const verb = any([['approve', id], ['approve', id], ['reject', id, '--reason', 'photo_unclear'], ['hold', id, '--comment', 'later']]);
        // One that waits behind another of this desk which a person must settle is not waited for.
        const { output } = await this.ctl('--timeout', '3', ...verb);
        for (const receipt of JSON.parse(output || '{}').receipts ?? []) if (receipt.op_id) this.recorded.push(receipt.op_id);
    }
    async sync() {
        const { code, output, errors } = await this.ctl('sync');
        assert.ok(code === 0 || code === 1, `sync ended with ${code}: ${output}${errors}`); // 1: a matter waits for a person
        return JSON.parse(output);
    }
    // What lies in cache.db, by Python's own SQLite.
    async cached() {
        const script = `
import glob, json, sqlite3, sys
db = sqlite3.connect("file:" + glob.glob(sys.argv[1] + "/**/cache.db", recursive=True)[0] + "?mode=ro", uri=True)
number = db.execute("SELECT number FROM collections WHERE name='staging-field-captures'").fetchone()[0]
print(json.dumps({i: [t, json.loads(f)] for i, t, f in db.execute(f"SELECT id, update_time, fields FROM documents_{number}")}))`;
        const { code, output, errors } = await run('python3', ['-c', script, this.folder]);
        assert.equal(code, 0, errors);
        return JSON.parse(output);
    }
}

// --- the third party: a phone that uses the web SDK and keeps looking ---
const app = initializeApp({ projectId: 'demo-linesman', apiKey: 'any' }, 'phone');
const db = initializeFirestore(app, { useFetchStreams: true });
connectFirestoreEmulator(db, '127.0.0.1', port);
const captures = collection(db, 'staging-field-captures');
const seen = new Map();
const stop = onSnapshot(captures, (snapshot) => {
    for (const change of snapshot.docChanges()) {
        if (change.type === 'removed') seen.delete(change.doc.id);
        else seen.set(change.doc.id, change.doc.data());
    }
});

const alive = [], deleted = new Set();
let made = 0;
async function create() {
    const n = ++made;
    const id = `c${seed}x${String(n).padStart(3, '0')}`;
    alive.push(id);
    await setDoc(doc(captures, id), {
        poleNumber: `LAW.P.B${100 + n}`, projectId: 'Law-001', gpsLocation: { latitude: -26.37 - 0.001 * n, longitude: 27.81 }, gpsAccuracy: 4, notes: '',
        capturedBy: 'worker-1', capturedAt: Timestamp.now(), submitted_at: serverTimestamp(), updated_at: serverTimestamp(), validation_status: 'pending',
        validation_errors: [], synced_to_production: false, offline_id: `offline_${n}`, device_id: 'device_1',
        photoUrls: Object.fromEntries(['before', 'front', 'side', 'depth', 'concrete', 'compaction'].map((slot) => [slot, `https://x.invalid/${id}/${slot}`])),
    });
}
const latePhoto = (id) => updateDoc(doc(captures, id), { [`photoUrls.${any(['before', 'front', 'side'])}`]: `https://x.invalid/${random(1e6)}`, updated_at: serverTimestamp() });
const phoneSays = (id) => updateDoc(doc(captures, id), { validation_status: 'validated', validated_at: serverTimestamp(), updated_at: serverTimestamp() });
async function remove() {
    const gone = alive.find((id) => seen.has(id) && !seen.get(id).review && !seen.get(id).synced_to_production);
    if (!gone) return;
    alive.splice(alive.indexOf(gone), 1);
    deleted.add(gone);
    await deleteDoc(doc(captures, gone));
}
async function hurt() {
    const rules = [{ kind: any(['drop_reply', 'cut_body', 'unavailable', 'reset']), method: 'POST', path: any([':commit', ':runQuery', ':batchGet']), count: 1 + random(2) }];
    await admin('faults', 'PUT', { seed: random(1e6), rules });
    if (random(4) === 0) await admin('listen/drop-channels', 'POST');
    if (random(4) === 0) await admin('listen/expire-tokens', 'POST');
}

const desks = [new Desk('supervisor'), new Desk('second')];
for (let i = 0; i < 8; ++i) await create();
await waitForPendingWrites(db);
await new Desk('admin').ctl('promote', '--index-existing');
for (const desk of desks) await desk.sync();

for (let step = 0; step < steps; ++step) {
    await hurt();
    const target = any(alive);
    const writes = [];
    if (random(4) === 0) await disableNetwork(db); // what the phone writes meanwhile goes out later, over what others did
    if (random(2)) writes.push(latePhoto(any(alive)));
    if (random(3) === 0) writes.push(phoneSays(any(alive)));
    if (random(4) === 0) writes.push(create());
    // Both at the same moment, often on the same capture. One desk runs one program at a time.
    const who = random(3);
    const work = desks.filter((_, i) => who !== i).map((desk) => desk.decide(random(2) ? target : any(alive)));
    await Promise.all(work);
    await enableNetwork(db);
    await Promise.allSettled(writes); // an update of what was deleted meanwhile is refused
    if (random(5) === 0) await remove();
}

await admin('faults', 'DELETE');
await waitForPendingWrites(db);
for (let round = 0; round < 2; ++round) for (const desk of desks) await desk.sync();

const name = (document) => document.name.split('/').at(-1);
const all = (await admin('documents')).documents;
const inCollection = (path) => all.filter((document) => document.name.includes(`/documents/${path}/`) && document.name.split('/').length === 7);
const server = Object.fromEntries(inCollection('staging-field-captures').map((d) => [name(d), [d.updateTime, d.fields]]));
for (const id of deleted) assert.ok(!(id in server), `${id} was deleted and came back`);
for (const id of alive) assert.ok(id in server, `${id} is lost`);
for (const desk of desks) assert.deepEqual(await desk.cached(), server, `${desk.folder} does not hold what the server holds`);

const audit = new Set(inCollection('capture-audit').map(name));
let lost = 0, open = 0;
for (const desk of desks) {
    const state = await desk.sync();
    open += state.need_a_person + state.unsent; // those behind a matter wait with it
    lost += desk.recorded.filter((op) => !audit.has(op)).length;
}
assert.ok(lost <= open, `${lost} decisions are not on the server, but only ${open} wait for a person`);

for (let i = 0; i < 100 && seen.size !== Object.keys(server).length; ++i) await new Promise((done) => setTimeout(done, 100));
assert.deepEqual([...seen.keys()].sort(), Object.keys(server).sort());
for (const [id, [, fields]] of Object.entries(server)) {
    assert.equal(seen.get(id).revision ?? 0, Number(fields.revision?.integerValue ?? 0), id);
    assert.equal(seen.get(id).validation_status, fields.validation_status.stringValue, id);
}
console.log(`ok ${alive.length} captures, ${deleted.size} deleted, ${audit.size} decisions on the server, ${open} for a person`);
stop();
await terminate(db);
await deleteApp(app);
rmSync(root, { recursive: true });
process.exit(0); // WebChannel's timers would hold the process for minutes
