import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isModuleCacheComplete, moduleCacheDir } from './module-cache.ts';

/** The only variables that an engine gets. It gets no key and no database address, because it reads untrusted pictures. */
const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'TMPDIR', 'TEMP', 'SystemRoot'];

/**
 * Blocks of 8 MB and more are mapped, so that they return to the system when they are freed. By itself, glibc raises this limit to 32
 * MB: of the 445 MB of an engine after 24 pictures, 147 MB were free blocks between blocks in use. With 4 MB instead of 8, an engine is
 * smaller by another 20 MB and takes 2 to 4 % more processor time. A limit of one's own sets what is kept free at the end of the heap back
 * to 128 kB, so that is given as well, as large as glibc would make it.
 */
const quickReturn = { MALLOC_MMAP_THRESHOLD_: `${8 * 1024 ** 2}`, MALLOC_TRIM_THRESHOLD_: `${64 * 1024 ** 2}` };

/** Starts an engine process. */
export type ForkEngine = (threads: number) => ChildProcess;

/**
 * The engine of this project. Crops and decodes run in libuv's pool beside the models' own threads. With two malloc arenas instead
 * of eight per core, glibc returns the memory of decoded pictures.
 */
export const forkEngine: ForkEngine = (threads) => forkProgram('engine.ts', threads);

type Program = 'engine.ts' | 'keep-modules.ts' | 'verify.ts' | 'probe.ts';

/** Those that run seldom do without. */
function hasModuleCache(program: Program): boolean {
  return program === 'keep-modules.ts' || (program === 'engine.ts' && isModuleCacheComplete());
}

/** A program of the child's folder, in a process like an engine's. */
export function forkProgram(program: Program, threads: number, args: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(`../child/${program}`, import.meta.url)), args, {
    serialization: 'advanced',
    // Each of its threads has a heap. With V8's default size for young objects (16 MB, three times), an engine with two threads
    // used 463 to 505 MB over 72 pictures; with this size it used 391 to 472 MB, in the same time.
    execArgv: ['--max-semi-space-size=4'],
    env: {
      ...Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      UV_THREADPOOL_SIZE: String(Math.max(2, threads)),
      MALLOC_ARENA_MAX: '2',
      ...quickReturn,
      ...(hasModuleCache(program) && { NODE_COMPILE_CACHE: moduleCacheDir }),
      // onnxruntime-node 1.30 gathers usage data by default and writes it to TMPDIR and the home directory.
      ORT_DISABLE_TELEMETRY: '1',
    },
    // A separate process group: Ctrl-C in a terminal should reach only the parent, which lets engines finish their jobs.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
