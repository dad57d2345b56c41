/**
 * Loads the modules of an engine and ends, so that Node writes what it has made of them to the cache that engines read. A process of its own,
 * which is given no picture. An entry point, like the engine's.
 */
import { writeFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';

await import('./engine.ts');
// Engines load it in threads. Here it has nobody to answer.
await import('./models/model-thread.ts');
flushCompileCache();
await writeFile(process.argv[2]!, '');
process.exit();
