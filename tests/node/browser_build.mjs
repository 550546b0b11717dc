// Node resolves firebase/firestore to a build that speaks gRPC. This loads its browser build instead, which speaks
// WebChannel: node --import ./browser_build.mjs script.mjs
import { register } from 'node:module';

const build = new URL('./node_modules/@firebase/firestore/dist/index.esm.js', import.meta.url).href;
const hooks = `
export async function resolve(specifier, context, next) {
    if (specifier === '@firebase/firestore') return { url: ${JSON.stringify(build)}, format: 'module', shortCircuit: true };
    const found = await next(specifier, context);
    return found.url.endsWith('.esm.js') ? { ...found, format: 'module' } : found;
}`;
register('data:text/javascript,' + encodeURIComponent(hooks));
