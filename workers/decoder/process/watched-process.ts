import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { VideoFailure } from '../video-failure.ts';
import { ByteReader } from './byte-reader.ts';
import { type Command, confine, confinedEnvironment } from './confine.ts';
import { connectSockets } from './connect-sockets.ts';
import { readUsage } from './usage.ts';

/** Often enough for limits of seconds; a process gains at most some hundred megabytes in between. */
const lookEveryMs = 200;
const keptCharacters = 2_000;

export interface ProcessLimits {
  maxMemoryBytes: number;
  /** This much in all, and `cpuSecondsPerSecond` more for each second of the video that was decoded. */
  cpuSeconds: number;
  cpuSecondsPerSecond: number;
  /** Without any output while some is awaited. */
  silenceMs: number;
}

/**
 * A decoder's process. It may be attacked by the file that it reads, so nothing of it is trusted: it is measured from outside, and
 * killed when it exceeds a limit.
 */
export class WatchedProcess {
  readonly stdout: ByteReader;
  readonly #child: ChildProcess;
  readonly #limits: ProcessLimits;
  readonly #exited = Promise.withResolvers<void>();
  readonly #timer: NodeJS.Timeout;
  #lastOutput = '';
  #overrun: VideoFailure | null = null;
  #spawnError: Error | null = null;
  #exit: { code: number | null; signal: NodeJS.Signals | null } | null = null;
  #decodedSeconds = 0;
  #awaitedSinceMs: number | null = null;

  private constructor(child: ChildProcess, stdout: ByteReader, limits: ProcessLimits) {
    this.#child = child;
    this.#limits = limits;
    this.stdout = stdout;
    stdout.onBytes(() => this.#onSign());
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#onSign();
      this.#lastOutput = (this.#lastOutput + text).slice(-keptCharacters);
    });
    child.once('error', (error) => {
      this.#spawnError = error;
      if (child.pid === undefined) this.#onClose(null, null);
    });
    child.once('close', (code, signal) => this.#onClose(code, signal));
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  /** Starts the program with nothing on its input. Failures to start are reported by `reasonOfEnd`. */
  static async start(command: Command, limits: ProcessLimits): Promise<WatchedProcess> {
    const { program, args } = await confine(command);
    const stdout = new ByteReader();
    const sockets = await connect(stdout);
    try {
      const child = spawn(program, args, {
        env: confinedEnvironment(),
        stdio: ['ignore', sockets?.writer ?? 'pipe', 'pipe'],
        // A process group of its own: Ctrl-C in a terminal should reach only the parent, which finishes its work.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
      if (sockets === null) stdout.readStream(child.stdout!);
      else stdout.readSocket(sockets.reader);
      return new WatchedProcess(child, stdout, limits);
    } finally {
      // The child has its own; the reader sees the end when that is closed, too.
      sockets?.writer.destroy();
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Calls back with each line that it writes to stderr. */
  onLine(listener: (line: string) => void): void {
    let rest = '';
    this.#child.stderr!.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-keptCharacters);
      for (const line of lines) listener(line);
    });
  }

  /** Tells how far it has come: processor time is allowed by the second. */
  onProgress(decodedSeconds: number): void {
    this.#decodedSeconds = Math.max(this.#decodedSeconds, decodedSeconds);
  }

  /** Waits for something from it. Its silence counts only meanwhile: otherwise it may be waiting for its reader. */
  async awaiting<T>(something: Promise<T>): Promise<T> {
    this.#awaitedSinceMs = performance.now();
    try {
      return await something;
    } finally {
      this.#awaitedSinceMs = null;
    }
  }

  /** Resolves when it has ended and all of its output was received. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  /** Whether it ended by itself, as it should. Only after `exited`. */
  get endedWell(): boolean {
    return this.#exit?.code === 0 && this.#overrun === null;
  }

  /** null: a signal ended it. Only after `exited`. */
  get exitCode(): number | null {
    return this.#exit?.code ?? null;
  }

  /** Ends it because of what it has shown; `reasonOfEnd` says this then. */
  fail(reason: VideoFailure): void {
    if (this.#exit !== null) return;
    this.#overrun ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** What it last wrote to stderr. */
  get lastOutput(): string {
    return this.#lastOutput;
  }

  /** Why it ended without being asked to. Only after `exited`. */
  reasonOfEnd(): VideoFailure {
    if (this.#overrun) return this.#overrun;
    if (this.#spawnError) return new VideoFailure('VIDEO_UNAVAILABLE', unstartable, this.#spawnError.message);
    const { code, signal } = this.#exit ?? { code: null, signal: null };
    return new VideoFailure(
      'INVALID_VIDEO',
      crashed,
      `The decoder ended with ${signal ?? `code ${code}`}: ${this.#lastOutput}`,
    );
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    // Without a reader, output that is still in the pipe would keep it open.
    this.stdout.destroy();
    await this.exited;
  }

  #onSign(): void {
    if (this.#awaitedSinceMs !== null) this.#awaitedSinceMs = performance.now();
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(this.#timer);
    this.#exit = { code, signal };
    this.#exited.resolve();
  }

  async #look(): Promise<void> {
    const usage = this.pid === undefined ? null : await readUsage(this.pid);
    const overrun = this.#exceeded(usage?.memoryBytes ?? 0, usage?.cpuSeconds ?? 0);
    if (overrun) this.fail(overrun);
  }

  #exceeded(memoryBytes: number, cpuSeconds: number): VideoFailure | null {
    const { maxMemoryBytes, silenceMs } = this.#limits;
    const maxCpuSeconds = this.#limits.cpuSeconds + this.#limits.cpuSecondsPerSecond * this.#decodedSeconds;
    if (memoryBytes > maxMemoryBytes)
      return tooCostly(`more than the ${Math.round(maxMemoryBytes / 1_000_000)} MB of memory`);
    if (cpuSeconds > maxCpuSeconds) return tooCostly(`more than the ${Math.round(maxCpuSeconds)} s of processor time`);
    if (this.#awaitedSinceMs !== null && performance.now() - this.#awaitedSinceMs > silenceMs)
      return tooCostly(`more than the ${Math.round(silenceMs / 1000)} s from one frame to the next`);
    return null;
  }
}

/**
 * @returns null: where no such sockets can be made (Windows, a folder for temporary files that cannot be written or has a long name), the
 * pipe that `spawn` makes is read. That costs only more.
 */
function connect({ onread }: ByteReader): Promise<{ reader: Socket; writer: Socket } | null> {
  return process.platform === 'win32' ? Promise.resolve(null) : connectSockets(onread).catch(() => null);
}

const unstartable =
  'The decoder for videos cannot be started on this server. Its operator finds the reason in the log.';
const crashed =
  'The decoder crashed on the video, so its contents are damaged. Save it again with another program, as MP4 with H.264.';

function tooCostly(what: string): VideoFailure {
  return new VideoFailure(
    'INVALID_VIDEO',
    `Decoding the video takes ${what} that are allowed. Save it again as MP4 with H.264, or make its pictures smaller.`,
  );
}
