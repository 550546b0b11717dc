// The official firebase client doing what linesman-field does: photos to Storage, then the staging document. Started by field_uploads.py:
//   node field_uploads.mjs PORT PHOTO_FOLDER
import { readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { initializeApp, deleteApp } from 'firebase/app';
import { connectAuthEmulator, getAuth, signInWithEmailAndPassword } from 'firebase/auth';
import { connectFirestoreEmulator, doc, getFirestore, serverTimestamp, setDoc } from 'firebase/firestore/lite';
import { connectStorageEmulator, getDownloadURL, getStorage, ref, uploadBytes } from 'firebase/storage';

const port = Number(process.argv[2]);
const folder = process.argv[3];
const poles = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.jpg')).sort()) {
    const [number, slot] = file.slice(0, -4).split('_');
    if (!poles.has(number)) poles.set(number, []);
    poles.get(number).push([slot, `${folder}/${file}`]);
}

const begun = performance.now();
const app = initializeApp({ projectId: 'demo-linesman', apiKey: 'any', storageBucket: 'demo-linesman.appspot.com' });
const auth = getAuth(app);
connectAuthEmulator(auth, `http://127.0.0.1:${port}`, { disableWarnings: true });
const db = getFirestore(app);
connectFirestoreEmulator(db, '127.0.0.1', port);
const storage = getStorage(app);
connectStorageEmulator(storage, '127.0.0.1', port);
const { user } = await signInWithEmailAndPassword(auth, 'device@demo.linesman.test', 'linesman');

let staged = 0;
async function send(number, photos) {
    const offlineId = `offline_${Date.now()}_${number.toLowerCase().replaceAll('.', '')}`;
    const photoUrls = {};
    const details = {};
    for (const [slot, file] of photos) {
        const bytes = readFileSync(file);
        const path = `poles/staging/${offlineId}/${slot}_${Date.now()}.jpg`;
        const object = ref(storage, path);
        await uploadBytes(object, bytes, { contentType: 'image/jpeg' });
        photoUrls[slot] = await getDownloadURL(object);
        details[slot] = { path, bytes: bytes.length, md5: createHash('md5').update(bytes).digest('base64') };
    }
    await setDoc(doc(db, 'staging-field-captures', offlineId), {
        poleNumber: number, projectId: 'Law-001', gpsLocation: { latitude: -26.38, longitude: 27.8 }, gpsAccuracy: 4, capturedBy: user.uid,
        capturedAt: new Date(), offline_id: offlineId, device_id: 'device_bench', validation_status: 'pending', validation_errors: [],
        synced_to_production: false, submitted_at: serverTimestamp(), updated_at: serverTimestamp(), photoUrls, photos: details,
        expected_photos: photos.map(([slot]) => slot), schema: 1, revision: 0, resubmission: 0,
    });
    ++staged;
}

const waiting = [...poles];
await Promise.all(Array.from({ length: 8 }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await send(...next);
}));
const seconds = (performance.now() - begun) / 1000;
console.log(JSON.stringify({ staged, seconds }));
await deleteApp(app);
process.exit(0);
