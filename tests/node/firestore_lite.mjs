// firebase/firestore/lite: what a web page would use, signed in as a demo user.
import assert from 'node:assert/strict';
import { initializeApp, deleteApp } from 'firebase/app';
import { connectAuthEmulator, getAuth, signInWithEmailAndPassword } from 'firebase/auth';
import {
    addDoc, arrayRemove, arrayUnion, collection, collectionGroup, connectFirestoreEmulator, deleteDoc, doc, documentId, getCount, getDoc,
    getDocs, getFirestore, increment, limit, or, orderBy, query, runTransaction, serverTimestamp, setDoc, setLogLevel, startAfter, updateDoc, where, writeBatch,
} from 'firebase/firestore/lite';

setLogLevel('silent'); // refusals are expected here
const port = Number(process.env.LINESMAN_PORT);
const app = initializeApp({ projectId: 'demo-lite', apiKey: 'any', storageBucket: 'demo-lite.appspot.com' });
const auth = getAuth(app);
connectAuthEmulator(auth, `http://127.0.0.1:${port}`, { disableWarnings: true });
const db = getFirestore(app);
connectFirestoreEmulator(db, '127.0.0.1', port);

async function signIn() {
    await assert.rejects(signInWithEmailAndPassword(auth, 'supervisor@demo.linesman.test', 'wrong-one'));
    const { user } = await signInWithEmailAndPassword(auth, 'supervisor@demo.linesman.test', 'linesman');
    assert.equal((await user.getIdTokenResult()).claims.role, 'supervisor');
    assert.equal((await user.getIdTokenResult(true)).claims.role, 'supervisor');
}

async function writesAndReads() {
    const ref = doc(db, 'captures', 'one');
    await setDoc(ref, { n: 1, list: [1], map: { a: 1 } });
    await setDoc(ref, { map: { b: 2 } }, { merge: true });
    await updateDoc(ref, { n: increment(2), list: arrayUnion(2), at: serverTimestamp() });
    const data = (await getDoc(ref)).data();
    assert.deepEqual([data.n, data.list, data.map], [3, [1, 2], { a: 1, b: 2 }]);
    assert.ok(data.at.toMillis() > 0);
    await updateDoc(ref, { list: arrayRemove(1) });
    assert.deepEqual((await getDoc(ref)).data().list, [2]);
    await deleteDoc(ref);
    assert.equal((await getDoc(ref)).exists(), false);
    await assert.rejects(updateDoc(ref, { n: 1 }), (error) => error.code === 'not-found');
    assert.equal((await addDoc(collection(db, 'captures'), { n: 0 })).id.length, 20);
}

async function queries() {
    const batch = writeBatch(db);
    for (let i = 0; i < 12; ++i) batch.set(doc(db, 'pages', `p${String(i).padStart(2, '0')}`), { i, even: i % 2 === 0 });
    await batch.commit();
    const pages = collection(db, 'pages');
    const ids = [];
    let after = [];
    for (;;) {
        const page = await getDocs(query(pages, orderBy('even'), orderBy(documentId()), ...after, limit(5)));
        if (page.empty) break;
        ids.push(...page.docs.map((d) => d.id));
        after = [startAfter(page.docs.at(-1))];
    }
    assert.equal(ids.length, 12);
    assert.equal(ids[0], 'p01');
    assert.equal((await getCount(query(pages, where('even', '==', true)))).data().count, 6);
    assert.equal((await getDocs(query(pages, or(where('i', '<', 2), where('i', '>', 10))))).size, 3);
    assert.equal((await getDocs(query(pages, where('i', '!=', 3)))).size, 11);
    assert.equal((await getDocs(collectionGroup(db, 'pages'))).size, 12);
}

async function transactions() {
    const ref = doc(db, 'captures', 'counter');
    await setDoc(ref, { n: 0 });
    const add = () => runTransaction(db, async (tx) => {
        const n = (await tx.get(ref)).data().n;
        tx.update(ref, { n: n + 1 });
    });
    await Promise.all([add(), add()]);
    assert.equal((await getDoc(ref)).data().n, 2);
}

for (const test of [signIn, writesAndReads, queries, transactions]) {
    await test();
    console.log('ok', test.name);
}
await deleteApp(app);
