// The Auth emulator of firebase-tools without its command line, which would look for news on the network. Prints its port
// in a line of its own; runs until it is killed.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createApp } = require('firebase-tools/lib/emulator/auth/server');

const app = await createApp('demo-linesman');
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
