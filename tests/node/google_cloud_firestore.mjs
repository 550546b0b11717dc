// @google-cloud/firestore over REST (preferRest), as a server would use it.
import assert from 'node:assert/strict';
import { Firestore, FieldValue, Timestamp } from '@google-cloud/firestore';
import backoff from './node_modules/@google-cloud/firestore/build/src/backoff.js';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';

// After ABORTED this client waits half a minute and more before it tries a transaction again; a test need not.
backoff.setTimeoutHandler((action, delayMs) => setTimeout(action, Math.min(delayMs, 20)));

// Over REST the client asks for credentials even when FIRESTORE_EMULATOR_HOST is set: "owner" is the emulators' admin.
const owner = new OAuth2Client();
owner.setCredentials({ access_token: 'owner', expiry_date: Date.now() + 3_600_000 });

const db = new Firestore({ projectId: 'demo-node', preferRest: true, auth: new GoogleAuth({ authClient: owner }) }); // the host comes from FIRESTORE_EMULATOR_HOST
const captures = db.collection('captures');

// Over REST some versions report the HTTP code, others the canonical one.
const refused = (canonical, http) => (error) => error.code === canonical || error.code === http;

async function writesAndReads() {
    const ref = captures.doc('one');
    await ref.set({ pole: 'A-1', n: 1, at: Timestamp.fromMillis(1738224900123), tags: ['x'], nested: { deep: true }, none: null });
    await ref.update({ 'nested.more': 2, stamped: FieldValue.serverTimestamp(), tags: FieldValue.arrayUnion('x', 'y'), n: FieldValue.increment(4) });
    const data = (await ref.get()).data();
    assert.equal(data.n, 5);
    assert.deepEqual(data.tags, ['x', 'y']);
    assert.deepEqual(data.nested, { deep: true, more: 2 });
    assert.equal(data.at.toMillis(), 1738224900123);
    assert.ok(data.stamped instanceof Timestamp);
    await ref.delete();
    assert.equal((await ref.get()).exists, false);
}

async function preconditions() {
    const ref = captures.doc('guarded');
    await ref.create({ v: 1 });
    await assert.rejects(ref.create({ v: 2 }), refused(6, 409));
    const old = (await ref.get()).updateTime;
    await ref.update({ v: 2 });
    await assert.rejects(ref.update({ v: 3 }, { lastUpdateTime: old }), refused(9, 400));
    await assert.rejects(captures.doc('absent').update({ v: 1 }), refused(5, 404));
    assert.equal((await ref.get()).get('v'), 2);
}

async function queries() {
    const batch = db.batch();
    for (let i = 0; i < 25; ++i) batch.set(db.collection('pages').doc(String(i).padStart(2, '0')), { group: i % 5, i });
    await batch.commit();
    const seen = [];
    let query = db.collection('pages').orderBy('group').limit(7);
    for (let page = await query.get(); !page.empty; page = await query.startAfter(page.docs.at(-1)).get()) {
        seen.push(...page.docs.map((doc) => doc.get('group') * 100 + doc.get('i')));
    }
    assert.equal(seen.length, 25);
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
    assert.equal((await db.collection('pages').where('group', 'in', [1, 2]).get()).size, 10);
    assert.equal((await db.collection('pages').where('i', '>=', 10).where('i', '<', 13).get()).size, 3);
    assert.equal((await db.collection('pages').where('group', '==', 3).count().get()).data().count, 5);
    assert.equal((await db.collectionGroup('pages').get()).size, 25);
    const projected = await db.collection('pages').select('i').limit(1).get();
    assert.deepEqual(projected.docs[0].data(), { i: 0 });
}

async function transactions() {
    const ref = captures.doc('counter');
    await ref.set({ n: 0 });
    const add = () => db.runTransaction(async (tx) => {
        const n = (await tx.get(ref)).get('n');
        tx.update(ref, { n: n + 1 });
    }, { maxAttempts: 20 });
    await Promise.all([add(), add(), add()]);
    assert.equal((await ref.get()).get('n'), 3);
    await assert.rejects(db.runTransaction(async (tx) => {
        tx.set(ref, { n: 99 });
        throw new Error('given up');
    }));
    assert.equal((await ref.get()).get('n'), 3);
}

async function collections() {
    await captures.doc('p').collection('versions').doc('1').set({ n: 1 });
    const names = (await captures.doc('p').listCollections()).map((collection) => collection.id);
    assert.deepEqual(names, ['versions']);
    const both = await db.getAll(captures.doc('counter'), captures.doc('nowhere'));
    assert.deepEqual(both.map((doc) => doc.exists), [true, false]);
}

for (const test of [writesAndReads, preconditions, queries, transactions, collections]) {
    await test();
    console.log('ok', test.name);
}
await db.terminate();
