/** Writes one export and tells what it took. Arguments: database URL, blob directory, organisation, export. */
import { createDatabase } from '../../../src/database/pool.ts';
import { runExport } from '../../../src/exports/run-export.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';

const [url, directory, organizationId, exportId] = process.argv.slice(2) as [string, string, string, string];
const database = createDatabase({ url, maxConnections: 2 });
try {
  const started = performance.now();
  const blobs = await openDirectoryStore(directory);
  await runExport({ db: database.db, blobs }, { organizationId, exportId }, new AbortController().signal);
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ seconds, maxRssMb: process.resourceUsage().maxRSS / 1000 }));
} finally {
  await database.close();
}
