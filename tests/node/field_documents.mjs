// What linesman-field has staged (run.sh starts its simulation before), read by the official client: the seed's document, field by field.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { initializeApp, deleteApp } from 'firebase/app';
import { collection, connectFirestoreEmulator, getDocs, getFirestore, query, Timestamp, where } from 'firebase/firestore/lite';
import { connectStorageEmulator, getMetadata, getStorage, ref } from 'firebase/storage';

const port = Number(process.env.LINESMAN_PORT);
const app = initializeApp({ projectId: 'demo-linesman', apiKey: 'any', storageBucket: 'demo-linesman.appspot.com' });
const db = getFirestore(app);
connectFirestoreEmulator(db, '127.0.0.1', port);
const storage = getStorage(app);
connectStorageEmulator(storage, '127.0.0.1', port);

const slots = ['before', 'front', 'side', 'depth', 'concrete', 'compaction'];
const statuses = ['pending', 'validating', 'validated', 'rejected'];
const snapshot = await getDocs(query(collection(db, 'staging-field-captures'), where('synced_to_production', '==', false)));

function seedStructure() {
    assert.equal(snapshot.size, 30);
    for (const document of snapshot.docs) {
        const data = document.data();
        assert.equal(typeof data.projectId, 'string');
        assert.equal(typeof data.capturedBy, 'string');
        assert.ok(data.capturedBy.length > 0);
        assert.ok(data.capturedAt instanceof Timestamp);
        assert.ok(data.submitted_at instanceof Timestamp);
        assert.ok(Math.abs(Date.now() - data.submitted_at.toMillis()) < 3_600_000, 'submitted_at is the server\'s time');
        assert.ok(statuses.includes(data.validation_status));
        assert.ok(Array.isArray(data.validation_errors));
        for (const entry of data.validation_errors) {
            assert.deepEqual(['field', 'message', 'rule', 'severity'].filter((key) => typeof entry[key] !== 'string'), []);
            assert.ok(['error', 'warning'].includes(entry.severity));
        }
        assert.equal(data.synced_to_production, false);
        assert.equal('production_id' in data, false);
        assert.equal('validated_at' in data, false);
        assert.match(data.offline_id, /^offline_\d+_[0-9a-z]{9}$/);
        assert.match(data.device_id, /^device_\d+_[0-9a-z]{9}$/);
        assert.deepEqual(Object.keys(data.gpsLocation).sort(), ['latitude', 'longitude']);
        assert.equal(typeof data.gpsLocation.latitude, 'number');
        assert.equal(typeof data.gpsAccuracy, 'number');
        assert.equal(typeof data.poleNumber, 'string');
        for (const key of ['notes', 'poleNumber', 'device_id']) assert.notEqual(data[key], '', `${key} is only there when truthy`);
    }
}

function onceEach() {
    const ids = snapshot.docs.map((document) => document.data().offline_id);
    assert.equal(new Set(ids).size, ids.length);
}

async function photosAreThere() {
    let photos = 0;
    for (const document of snapshot.docs) {
        const data = document.data();
        for (const slot of data.expected_photos) {
            assert.ok(slots.includes(slot));
            if (!(slot in data.photoUrls)) {
                assert.ok(data.validation_errors.some((entry) => entry.rule === 'photo_lost' && entry.field === `photos.${slot}`));
                continue;
            }
            const reply = await fetch(data.photoUrls[slot]);
            assert.equal(reply.status, 200);
            const bytes = new Uint8Array(await reply.arrayBuffer());
            assert.equal(bytes.length, data.photos[slot].bytes);
            assert.equal(createHash('md5').update(bytes).digest('base64'), data.photos[slot].md5);
            assert.match(data.photos[slot].path, new RegExp(`^poles/staging/${data.offline_id}/${slot}_\\d+\\.jpg$`));
            assert.equal((await getMetadata(ref(storage, data.photos[slot].path))).md5Hash, data.photos[slot].md5);
            ++photos;
        }
        assert.deepEqual(Object.keys(data.photoUrls).filter((slot) => !data.expected_photos.includes(slot)), []);
    }
    assert.ok(photos >= 30);
}

for (const test of [seedStructure, onceEach, photosAreThere]) {
    await test();
    console.log('ok', test.name);
}
await deleteApp(app);
