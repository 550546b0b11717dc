// firebase/storage: upload, read back, list, delete.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { initializeApp, deleteApp } from 'firebase/app';
import {
    connectStorageEmulator, deleteObject, getBytes, getDownloadURL, getMetadata, getStorage, listAll, ref, updateMetadata, uploadBytes, uploadBytesResumable,
} from 'firebase/storage';

const app = initializeApp({ projectId: 'demo-lite', apiKey: 'any', storageBucket: 'demo-lite.appspot.com' });
const storage = getStorage(app);
connectStorageEmulator(storage, '127.0.0.1', Number(process.env.LINESMAN_PORT));

async function smallObjects() {
    const photo = ref(storage, 'poles/staging/abc/front_1.jpg');
    await uploadBytes(photo, new Uint8Array([1, 2, 3, 4]), { contentType: 'image/jpeg', customMetadata: { slot: 'front' } });
    const metadata = await getMetadata(photo);
    assert.equal(metadata.contentType, 'image/jpeg');
    assert.equal(metadata.size, 4);
    assert.equal(metadata.customMetadata.slot, 'front');
    assert.equal(metadata.md5Hash, createHash('md5').update(new Uint8Array([1, 2, 3, 4])).digest('base64'));
    assert.deepEqual([...new Uint8Array(await getBytes(photo))], [1, 2, 3, 4]);
    const reply = await fetch(await getDownloadURL(photo), { headers: { Range: 'bytes=1-2' } });
    assert.equal(reply.status, 206);
    assert.deepEqual([...new Uint8Array(await reply.arrayBuffer())], [2, 3]);
    assert.equal((await updateMetadata(photo, { customMetadata: { slot: 'side' } })).customMetadata.slot, 'side');
    const listed = await listAll(ref(storage, 'poles/staging'));
    assert.deepEqual(listed.prefixes.map((p) => p.fullPath), ['poles/staging/abc']);
    await deleteObject(photo);
    await assert.rejects(getMetadata(photo), (error) => error.code === 'storage/object-not-found');
}

async function resumableObjects() {
    const bytes = new Uint8Array(1_000_000).map((_, i) => i % 251);
    const target = ref(storage, 'big/one.bin');
    await uploadBytesResumable(target, bytes, { contentType: 'application/octet-stream' });
    const back = new Uint8Array(await getBytes(target));
    assert.equal(back.length, bytes.length);
    assert.ok(back.every((byte, i) => byte === bytes[i]));
}

for (const test of [smallObjects, resumableObjects]) {
    await test();
    console.log('ok', test.name);
}
await deleteApp(app);
