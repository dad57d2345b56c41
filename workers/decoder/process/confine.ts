import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

/** The only variables that a decoder gets: no key and no address of a database, because it reads untrusted files. */
const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'SystemRoot'];

/** A program with its arguments. */
export interface Command {
  program: string;
  args: string[];
}

/** Two malloc arenas, so that glibc returns the memory of decoded frames. */
export function confinedEnvironment(): Record<string, string> {
  const kept = passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  return { ...Object.fromEntries(kept), MALLOC_ARENA_MAX: '2' };
}

/**
 * The same program, started so that it can write no file (its limit for the size of files is zero, which the kernel applies to native
 * code as well; pipes are no files) and, where Linux allows it, in a network of its own that reaches nothing. Both programs that do
 * this replace themselves with the given one, so its process id is that of the child.
 */
export async function confine({ program, args }: Command): Promise<Command> {
  if (process.platform === 'win32') return { program, args };
  const networkless = (await canLeaveNetwork()) ? ['unshare', ...ownNetwork] : [];
  const limits = 'ulimit -f 0; ulimit -c 0; exec "$@"';
  return { program: '/bin/sh', args: ['-c', limits, 'sh', ...networkless, program, ...args] };
}

/** As the same user, so that it can read the same files. */
const ownNetwork = ['--map-current-user', '--net', '--'];
let leavesNetwork: Promise<boolean> | null = null;

/** Containers often forbid it; asked once per process. */
function canLeaveNetwork(): Promise<boolean> {
  leavesNetwork ??=
    process.platform === 'linux'
      ? promisify(execFile)('unshare', [...ownNetwork, 'true']).then(
          () => true,
          () => false,
        )
      : Promise.resolve(false);
  return leavesNetwork;
}
