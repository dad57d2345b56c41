/**
 * What npm's scripts start: sets the project up, then runs a program on the project's own Node 24.
 *
 *   node scripts/run.mjs [options of Node] <file> [arguments of the program]
 *
 * Plain JavaScript for any Node from 18 on. The program is found here and not through node_modules/.bin/node: npm 9.2 to 11.6 drop that
 * link together with the packages of other platforms.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { setUp } from './setup/set-up.mjs';

const node = await setUp();
// For what the program starts by the name `node`. In place: on Windows the variable may be spelt Path, and a copy would hold both.
process.env.PATH = `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`;

const child = spawn(node, process.argv.slice(2), { stdio: 'inherit' });
child.once('error', (error) => {
  process.stderr.write(`${node} could not be started: ${error.message}\n`);
  process.exitCode = 1;
});
// This process ends when the program does, whatever a signal told both: the program may need time to stop in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => passOn(signal));
endWithShell();
child.once('exit', (exitCode, signal) => {
  if (signal === null) process.exit(exitCode);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** On Windows a console tells all of its processes by itself, and a signal that is passed on ends the program at once. */
function passOn(signal) {
  if (process.platform !== 'win32') child.kill(signal);
}

/**
 * npm passes a signal on to the shell that it runs a script in, and Debian's shell ends by it without telling its child: `kill` of
 * `npm start` would leave the server running. Only npm's shell is watched. Whoever starts this program from a shell of their own may
 * close that and leave it running.
 */
function endWithShell() {
  if (process.platform === 'win32' || process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    passOn('SIGTERM');
  }, 250);
  watch.unref();
}
