// supercluster (npm) on the points of a file, for bench/supercluster.py: one JSON line.
//   node supercluster.mjs FILE        FILE: pairs of 64-bit doubles, longitude and latitude
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import Supercluster from 'supercluster';

const bytes = readFileSync(process.argv[2]);
const values = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
const points = [];
for (let i = 0; i < values.length; i += 2) {
    points.push({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [values[i], values[i + 1]] } });
}
let buildMs = Infinity;
let index;
for (let round = 0; round < 3; ++round) {
    index = new Supercluster({ radius: 40, maxZoom: 16 });
    const begin = performance.now();
    index.load(points);
    buildMs = Math.min(buildMs, performance.now() - begin);
}
const zooms = [];
for (let zoom = 0; zoom <= 16; ++zoom) {
    const begin = performance.now();
    const clusters = index.getClusters([-180, -90, 180, 90], zoom);
    const ms = performance.now() - begin;
    let counted = 0;
    for (const cluster of clusters) counted += cluster.properties.cluster ? cluster.properties.point_count : 1;
    zooms.push({ zoom, counted, clusters: clusters.length, ms });
}
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ points: points.length, build_ms: buildMs, peak_mb: peakMb, zooms }));
