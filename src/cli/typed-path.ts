import { isAbsolute, relative, resolve } from 'node:path';

/**
 * The person's working directory. `npm run` changes to the project's root before it starts the script, and stores the original
 * directory in INIT_CWD. Other programs pass INIT_CWD on to their children, so it is used only for our own scripts.
 */
function personsDirectory(env: NodeJS.ProcessEnv): string {
  const startedByNpm = ['demo', 'sightline'].includes(env.npm_lifecycle_event ?? '');
  return startedByNpm && env.INIT_CWD ? env.INIT_CWD : process.cwd();
}

/** A path as the person typed it → absolute. */
export function typedPath(path: string, env: NodeJS.ProcessEnv): string {
  return resolve(personsDirectory(env), path);
}

/** An absolute path → as the person would type it; absolute when it is not below where they are. */
export function shortPath(path: string, env: NodeJS.ProcessEnv): string {
  const short = relative(personsDirectory(env), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
