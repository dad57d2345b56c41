/** Keeps an embedded server running on the DATA_DIR that is its argument until it is killed. Says so in one line of JSON. */
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';

const dataDir = process.argv[2] as string;
const { url, adopted } = await startEmbeddedServer({ dataDir, durable: false });
console.log(JSON.stringify({ url, adopted }));
process.stdin.resume();
