import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A program of this folder in a process of its own, spoken to by messages; an error there is printed and ends it. */
export interface Child<In, Out> {
  pid: number;
  send(message: In): void;
  /** The next message. Rejects when the process ends instead. */
  next(): Promise<Out>;
}

export function startChild<In, Out>(
  started: AsyncDisposableStack,
  program: string,
  options: { args?: string[]; env?: NodeJS.ProcessEnv } = {},
): Child<In, Out> {
  const { args = [], env = process.env } = options;
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, { serialization: 'advanced', env });
  started.defer(() => stop(child));
  const received: Out[] = [];
  const waiting: PromiseWithResolvers<Out>[] = [];
  child.on('message', (message) => {
    const first = waiting.shift();
    if (first) first.resolve(message as Out);
    else received.push(message as Out);
  });
  const ended = () => new Error(`${program} ended (code ${child.exitCode}, ${child.signalCode ?? 'no signal'}).`);
  child.once('exit', () => {
    for (const { reject } of waiting.splice(0)) reject(ended());
  });
  return {
    pid: child.pid!,
    send: (message) => void child.send(message as object),
    next() {
      const message = Promise.withResolvers<Out>();
      if (received.length > 0) message.resolve(received.shift()!);
      else if (child.exitCode !== null || child.signalCode !== null) message.reject(ended());
      else waiting.push(message);
      return message.promise;
    },
  };
}

/** Closing the channel is how a child is told to end; see {@link serveParent}. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await exited;
}

/** The other side: answers the parent's messages one after the other, and ends, after `close`, when the parent has gone. */
export function serveParent<In, Out>(handle: (message: In) => Promise<Out | undefined>, close = async () => {}): void {
  let working: Promise<void> = Promise.resolve();
  process.on('message', (message: In) => {
    working = working.then(async () => {
      const answer = await handle(message);
      if (answer !== undefined) process.send!(answer);
    });
  });
  process.once('disconnect', () => void close().finally(() => process.exit()));
  // Ctrl-C reaches the whole group; the parent decides what ends when.
  process.on('SIGINT', () => {});
}
