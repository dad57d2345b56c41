/**
 * All benches one after the other, each in a process of its own: none finds code warm that another has run. Only scale.ts is left out: it
 * fills tables for half an hour.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const benches = [
  'pipeline',
  'matching',
  'codes',
  'reading',
  'video',
  'push',
  'screens',
  'enqueue',
  'lists',
  'uploads',
  'storm',
  'start',
  'recover',
  'search',
  'dashboard',
];

let stopped = false;
// The bench that runs hears it too, and stops what it has started; this process waits for that.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stopped = true;
  });

for (const bench of benches) {
  const program = fileURLToPath(new URL(`./${bench}.ts`, import.meta.url));
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
  if (stopped) break;
}
