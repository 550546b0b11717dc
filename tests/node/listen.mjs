// firebase/firestore, the full SDK as a browser runs it: Listen and Write over WebChannel, streamed and long-polled.
import assert from 'node:assert/strict';
import { initializeApp, deleteApp } from 'firebase/app';
import {
    arrayUnion, collection, connectFirestoreEmulator, deleteDoc, disableNetwork, doc, enableNetwork, getDocFromServer, increment, initializeFirestore, limit,
    memoryLocalCache, memoryLruGarbageCollector, onSnapshot, orderBy, query, serverTimestamp, setDoc, setLogLevel, terminate, updateDoc, where, writeBatch,
} from 'firebase/firestore';

setLogLevel('silent'); // refusals and cuts are expected here
const port = Number(process.env.LINESMAN_PORT);
const base = `http://127.0.0.1:${port}`;
let apps = 0;

function client(project, settings = {}) {
    const app = initializeApp({ projectId: project, apiKey: 'any' }, `client-${++apps}`);
    // Otherwise documents that no query shows any more are dropped at once, and nothing is left to resume.
    const localCache = memoryLocalCache({ garbageCollector: memoryLruGarbageCollector() });
    const db = initializeFirestore(app, { useFetchStreams: true, localCache, ...settings });
    connectFirestoreEmulator(db, '127.0.0.1', port);
    return { db, close: async () => { await terminate(db); await deleteApp(app); } };
}

const admin = async (path, method = 'GET', body) => {
    const reply = await fetch(`${base}/linesman-admin/${path}`, { method, body: body && JSON.stringify(body) });
    assert.equal(reply.status, 200);
    return reply.json();
};
const documentsSent = async () => (await admin('listen')).stats.documents;

// Snapshots as lines such as "added:a modified:b", waited for one after another.
function watch(target, options = {}) {
    const seen = [], waiting = [];
    const push = (item) => (waiting.length ? waiting.shift()(item) : seen.push(item));
    const stop = onSnapshot(target, options, (snapshot) => {
        const own = snapshot.metadata.hasPendingWrites;
        const changes = snapshot.docChanges?.().map((change) => `${change.type}:${change.doc.id}`).join(' ');
        if (!own && !(snapshot.metadata.fromCache && !options.includeMetadataChanges)) push({ changes, snapshot });
    }, (error) => push({ error }));
    return { stop, next: () => (seen.length ? Promise.resolve(seen.shift()) : new Promise((done) => waiting.push(done))) };
}
const open = (db) => query(collection(db, 'captures'), where('open', '==', true));

async function changesOfAQuery(project, settings) {
    const { db, close } = client(project, settings);
    const other = client(project, settings);
    await setDoc(doc(db, 'captures', 'a'), { open: true, n: 1 });
    await setDoc(doc(db, 'captures', 'b'), { open: true, n: 2, text: 'ü😀' });
    const watched = watch(open(other.db));
    assert.equal((await watched.next()).changes, 'added:a added:b');
    await setDoc(doc(db, 'captures', 'c'), { open: true });
    assert.equal((await watched.next()).changes, 'added:c');
    await updateDoc(doc(db, 'captures', 'b'), { n: increment(3), at: serverTimestamp(), tags: arrayUnion('x') });
    const modified = await watched.next();
    assert.equal(modified.changes, 'modified:b');
    const data = modified.snapshot.docs[1].data();
    assert.deepEqual([data.n, data.tags, data.text], [5, ['x'], 'ü😀']);
    assert.ok(Math.abs(data.at.toMillis() - Date.now()) < 60_000);
    await updateDoc(doc(db, 'captures', 'a'), { open: false });
    assert.equal((await watched.next()).changes, 'removed:a');
    await deleteDoc(doc(db, 'captures', 'c'));
    assert.equal((await watched.next()).changes, 'removed:c');
    const batch = writeBatch(db); // one commit, one snapshot
    for (const id of ['d', 'e', 'f']) batch.set(doc(db, 'captures', id), { open: true });
    batch.delete(doc(db, 'captures', 'b'));
    await batch.commit();
    assert.equal((await watched.next()).changes, 'removed:b added:d added:e added:f');
    watched.stop();
    await close();
    await other.close();
}

async function refusedWrites() {
    const { db, close } = client('demo-refused');
    await assert.rejects(updateDoc(doc(db, 'captures', 'absent'), { n: 1 }), (error) => error.code === 'not-found');
    await setDoc(doc(db, 'captures', 'present'), { n: 1 }); // the next write goes through on a new stream
    await Promise.all([1, 2, 3, 4, 5].map(() => updateDoc(doc(db, 'captures', 'present'), { n: increment(1) })));
    assert.equal((await getDocFromServer(doc(db, 'captures', 'present'))).data().n, 6);
    await setDoc(doc(db, 'captures', 'long'), { text: 'x'.repeat(200_000) }); // forms of any size
    assert.equal((await getDocFromServer(doc(db, 'captures', 'long'))).data().text.length, 200_000);
    await close();
}

async function resumeBringsTheDelta() {
    const { db, close } = client('demo-resume');
    const other = client('demo-resume');
    const batch = writeBatch(other.db);
    for (let i = 0; i < 50; ++i) batch.set(doc(other.db, 'captures', `c${String(i).padStart(2, '0')}`), { open: true, i });
    await batch.commit();
    const watched = watch(open(db));
    assert.equal((await watched.next()).snapshot.size, 50);
    await disableNetwork(db);
    await updateDoc(doc(other.db, 'captures', 'c01'), { i: 100 });
    await updateDoc(doc(other.db, 'captures', 'c02'), { open: false });
    await deleteDoc(doc(other.db, 'captures', 'c03'));
    await setDoc(doc(other.db, 'captures', 'c99'), { open: true });
    const before = await documentsSent();
    await enableNetwork(db);
    assert.equal((await watched.next()).changes, 'removed:c02 removed:c03 added:c99 modified:c01');
    assert.equal(await documentsSent() - before, 3); // c01, c02 on its way out, c99
    watched.stop();
    await close();
    await other.close();
}

// Documents that left while nobody listened, known to the server by their number only.
async function filterShowsWhatIsGone() {
    const { db, close } = client('demo-filter');
    const other = client('demo-filter');
    const batch = writeBatch(other.db);
    for (let i = 0; i < 40; ++i) batch.set(doc(other.db, 'captures', `c${i}`), { open: true });
    await batch.commit();
    const watched = watch(open(db));
    assert.equal((await watched.next()).snapshot.size, 40);
    await disableNetwork(db);
    for (const id of ['c5', 'c6', 'c7']) await deleteDoc(doc(other.db, 'captures', id));
    await admin('listen', 'PUT', { forgetRemovals: true });
    const before = (await admin('listen')).stats;
    await enableNetwork(db);
    let size = 40; // the client finds them by the bloom filter and asks for each
    while (size > 37) size = (await watched.next()).snapshot.size;
    const after = (await admin('listen')).stats;
    assert.equal(size, 37);
    assert.ok(after.filters > before.filters);
    assert.equal(after.documents - before.documents, 0);
    await admin('listen', 'DELETE');
    watched.stop();
    await close();
    await other.close();
}

async function expiredTokensGiveEverythingAgain() {
    const { db, close } = client('demo-expired');
    const other = client('demo-expired');
    for (const id of ['a', 'b', 'c']) await setDoc(doc(other.db, 'captures', id), { open: true });
    const watched = watch(open(db));
    assert.equal((await watched.next()).snapshot.size, 3);
    await disableNetwork(db);
    await admin('listen/expire-tokens', 'POST');
    await deleteDoc(doc(other.db, 'captures', 'b'));
    await enableNetwork(db);
    assert.equal((await watched.next()).changes, 'removed:b');
    assert.ok((await admin('listen')).stats.targetsExpired > 0);
    watched.stop();
    await close();
    await other.close();
}

async function cutStreamsGoOn() {
    const { db, close } = client('demo-cut');
    const other = client('demo-cut');
    for (let i = 0; i < 5; ++i) await setDoc(doc(other.db, 'captures', `c${i}`), { open: true });
    await admin('listen', 'PUT', { cut: { service: 'Listen', afterMessages: 3, halfFrame: true }, messagesPerFrame: 1 });
    const watched = watch(open(db));
    let last = await watched.next();
    while (last.snapshot.size < 5) last = await watched.next();
    await admin('listen/drop-channels', 'POST'); // as if the server had been started again
    await setDoc(doc(other.db, 'captures', 'c5'), { open: true });
    while (last.snapshot.size < 6) last = await watched.next();
    await admin('listen', 'DELETE');
    watched.stop();
    await close();
    await other.close();
}

async function refusedTargets() {
    const { db, close } = client('demo-denied');
    await admin('listen', 'PUT', { refuse: { code: 7 } });
    const watched = watch(open(db));
    assert.equal((await watched.next()).error.code, 'permission-denied');
    await close();
}

async function limitsAndDocuments() {
    const { db, close } = client('demo-limit');
    const other = client('demo-limit');
    for (let i = 0; i < 5; ++i) await setDoc(doc(other.db, 'captures', `c${i}`), { i });
    const first = watch(query(collection(db, 'captures'), orderBy('i'), limit(3)));
    assert.equal((await first.next()).changes, 'added:c0 added:c1 added:c2');
    const one = watch(doc(db, 'captures', 'c9'));
    assert.equal((await one.next()).snapshot.exists(), false);
    await setDoc(doc(other.db, 'captures', 'c9'), { i: -1 });
    assert.equal((await first.next()).changes, 'removed:c2 added:c9');
    assert.equal((await one.next()).snapshot.data().i, -1);
    await deleteDoc(doc(other.db, 'captures', 'c9'));
    assert.equal((await first.next()).changes, 'removed:c9 added:c2');
    assert.equal((await one.next()).snapshot.exists(), false);
    await close();
    await other.close();
}

const longPolling = { experimentalForceLongPolling: true };
const tests = [
    ['changes of a query', () => changesOfAQuery('demo-stream')],
    ['changes of a query, long-polled', () => changesOfAQuery('demo-poll', longPolling)],
    ['refused writes', refusedWrites], ['a resume brings the delta', resumeBringsTheDelta], ['a filter shows what is gone', filterShowsWhatIsGone],
    ['expired tokens give everything again', expiredTokensGiveEverythingAgain], ['cut streams go on', cutStreamsGoOn],
    ['refused targets', refusedTargets], ['limits and documents', limitsAndDocuments],
];
for (const [name, test] of tests) {
    const begin = Date.now();
    await test();
    console.log('ok', name, `${Date.now() - begin} ms`);
}
process.exit(0); // WebChannel's timers would hold the process for 45 s
