// The official web client reads the whole collection into memory: firebase/firestore/lite, pages of 500, the name ranges
// of the desk's first sync, `parallel` of them at once. Prints one line of JSON.
//
//   node first_sync_lite.mjs PORT PARALLEL raw|data      data: every snapshot turned into a plain object as well
import { initializeApp } from 'firebase/app';
import {
    collection, connectFirestoreEmulator, documentId, endBefore, getDocs, getFirestore, limit, orderBy, query, startAfter, startAt,
} from 'firebase/firestore/lite';

const [port, parallel, form] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const kPage = 500;
const kAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ways = 6;
const starts = [null, ...Array.from({ length: ways - 1 }, (_, i) => kAlphabet[Math.floor((kAlphabet.length * (i + 1)) / ways)])];

const db = getFirestore(initializeApp({ projectId: 'demo', apiKey: 'any' }));
connectFirestoreEmulator(db, '127.0.0.1', port);
const captures = collection(db, 'staging-field-captures');
const kept = [];

async function readLane(index) {
    const end = index + 1 < ways ? [endBefore(starts[index + 1])] : [];
    let begin = starts[index] === null ? [] : [startAt(starts[index])];
    for (;;) {
        const page = await getDocs(query(captures, orderBy(documentId()), ...begin, ...end, limit(kPage)));
        for (const each of page.docs) kept.push(form === 'data' ? { id: each.id, data: each.data() } : each);
        if (page.size < kPage) return;
        begin = [startAfter(page.docs.at(-1).id)];
    }
}

const began = performance.now();
let next = 0;
await Promise.all(Array.from({ length: parallel }, async () => {
    while (next < ways) await readLane(next++);
}));
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ documents: kept.length, seconds, peak_mb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
