/**
 * Imports every module named on the command line and says, as one line of JSON, what that alone has started: environment
 * variables read and timers set by code of the project, and whatever keeps the process alive. Must then exit by itself.
 */
import { writeSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as setTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

export interface Report {
  /** `NAME in file:line`, read by a module of the project while it was imported. */
  environmentReads: string[];
  /** `setTimeout in file:line`, likewise; also those that are unref'ed. */
  timers: string[];
  /** process.getActiveResourcesInfo() once everything is imported, but for stdout and stderr. */
  activeResources: string[];
  /** Signals and events of the process that have a listener which was not there before. */
  processListeners: string[];
}

const root = path.join(import.meta.dirname, '../../..');
const report: Report = { environmentReads: [], timers: [], activeResources: [], processListeners: [] };

/** The line of the project that called, when no package lies between: packages read the environment as they like. */
function callerInProject(): string | null {
  const frames = (new Error().stack ?? '').split('\n').slice(3);
  const first = frames.find((frame) => !frame.includes('node:internal') && !frame.includes(import.meta.filename));
  const file = /file:\/\/(\S+?:\d+)/.exec(first ?? '')?.[1];
  if (!file?.startsWith(root) || file.includes('/node_modules/')) return null;
  return path.relative(root, file);
}

function note(list: string[], what: string): void {
  const caller = callerInProject();
  if (caller !== null) list.push(`${what} in ${caller}`);
}

process.env = new Proxy(process.env, {
  get(target, name) {
    if (typeof name === 'string') note(report.environmentReads, name);
    return Reflect.get(target, name);
  },
  ownKeys(target) {
    note(report.environmentReads, 'all');
    return Reflect.ownKeys(target);
  },
});

for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
  const original = globalThis[name] as (...args: unknown[]) => unknown;
  (globalThis as Record<string, unknown>)[name] = (...args: unknown[]) => {
    note(report.timers, name);
    return original(...args);
  };
}

// Loggers look at them, and a pipe is a resource.
void process.stdout;
void process.stderr;
const ownResources = process.getActiveResourcesInfo();
const listenersBefore = new Set(process.eventNames());
for (const file of process.argv.slice(2)) await import(pathToFileURL(path.resolve(root, file)).href);
report.processListeners = process
  .eventNames()
  .filter((name) => !listenersBefore.has(name))
  .map(String);
// The loader's own reading is over by the next turn.
await setTurn();
report.activeResources = process.getActiveResourcesInfo();
for (const own of ownResources) {
  const index = report.activeResources.indexOf(own);
  if (index !== -1) report.activeResources.splice(index, 1);
}
writeSync(1, JSON.stringify(report));
