import { once } from 'node:events';
import { access, mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDecoder } from '../../../workers/decoder/open-decoder.ts';
import { WatchedProcess } from '../../../workers/decoder/process/watched-process.ts';
import type { DecoderSettings, OpenVideo } from '../../../workers/decoder/video.ts';
import { childPids } from '../../support/children.ts';
import { projectRoot } from '../../support/readme.ts';
import { nodeAvSettings } from '../../support/videos.ts';

/** 150 frames of 2.8 MB each. */
const pan = path.join(projectRoot, 'examples/videos/aisle-pan.mp4');

interface Running {
  video: OpenVideo;
  pid: number;
  frames: AsyncIterator<{ timeSeconds: number }>;
}

async function openPan(changed: Partial<DecoderSettings> = {}): Promise<Running> {
  const before = await childPids();
  const every = { framesPerSecond: 25, keyFramesOnly: false, maxFrames: null, fromSeconds: 0 };
  const video = await openDecoder(pan, every, { ...nodeAvSettings, ...changed });
  onTestFinished(() => video.close());
  const [pid] = (await childPids()).filter((child) => !before.includes(child));
  return { video, pid: pid!, frames: video.frames[Symbol.asyncIterator]() };
}

async function readToTheEnd(frames: Running['frames']): Promise<void> {
  while (!(await frames.next()).done);
}

describe('a decoder that costs too much is killed, and its video fails', () => {
  test.each([
    ['memory', { maxMemoryBytes: 30_000_000 }, /30 MB of memory/],
    ['processor time', { cpuSeconds: 0.1, cpuSecondsPerSecond: 0 }, /0 s of processor time/],
  ] as const)('%s', async (_what, changed, message) => {
    const failure = { code: 'INVALID_VIDEO', message: expect.stringMatching(message) };
    const decode = async () => {
      const { frames, video } = await openPan(changed);
      await Promise.all([readToTheEnd(frames), expect(video.ended).rejects.toMatchObject(failure)]);
    };
    await expect(decode()).rejects.toMatchObject(failure);
  });

  test('silence, but only while a frame is awaited', async () => {
    const { frames, pid } = await openPan({ silenceMs: 1_000 });
    await frames.next();
    // Longer than the limit: whoever reads takes its time.
    await delay(1_500);
    expect((await frames.next()).done).toBe(false);
    process.kill(pid, 'SIGSTOP');
    await expect(readToTheEnd(frames)).rejects.toMatchObject({
      code: 'INVALID_VIDEO',
      message: expect.stringMatching(/1 s from one frame to the next/),
    });
  });
});

test('a decoder that crashes is the failure of its video, after the frames that it has delivered', async () => {
  const { frames, pid, video } = await openPan();
  expect((await frames.next()).done).toBe(false);
  process.kill(pid, 'SIGSEGV');
  const crash = { code: 'INVALID_VIDEO', message: expect.stringMatching(/crashed/), detail: /SIGSEGV/ };
  await expect(readToTheEnd(frames)).rejects.toMatchObject({ ...crash, detail: expect.stringMatching(crash.detail) });
  await expect(video.ended).rejects.toMatchObject({ code: 'INVALID_VIDEO' });
});

test('a decoder whose frames nobody takes waits after a few', async () => {
  const { frames, pid } = await openPan();
  await frames.next();
  const written = async () => Number(/^wchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8'))?.[1]);
  let before = -1;
  for (let now = await written(); now !== before; now = await written()) {
    before = now;
    await delay(500);
  }
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(4 * 1280 * 720 * 3);
});

test('a decoder has no secret in its environment, no right to write a file, and a network of its own', async () => {
  process.env.DATABASE_URL = 'postgres://secret';
  onTestFinished(() => void delete process.env.DATABASE_URL);
  const { pid } = await openPan();
  const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);
  const names = environment.map((entry) => entry.slice(0, entry.indexOf('=')));
  const allowed = ['PATH', 'LD_LIBRARY_PATH', 'LD_PRELOAD', 'MALLOC_ARENA_MAX', 'PWD', 'OLDPWD', 'SHLVL', '_'];
  expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
  expect(await readFile(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max file size +0 +0 /m);
  if (await mayCreateNetworks())
    expect(await readlink(`/proc/${pid}/ns/net`)).not.toBe(await readlink('/proc/self/ns/net'));
});

/** Whether the kernel lets this user create a network; a container's may not. */
async function mayCreateNetworks(): Promise<boolean> {
  const child = await run('/bin/sh', ['-c', 'unshare --map-current-user --net -- true']);
  return child.endedWell;
}

async function run(program: string, args: string[]): Promise<WatchedProcess> {
  const child = await WatchedProcess.start({ program, args }, nodeAvSettings);
  onTestFinished(() => child.kill());
  await child.stdout.readAll(10_000);
  await child.exited;
  return child;
}

describe('native code in a decoder', () => {
  test('writes nothing into files', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sightline-guards-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const child = await run('/bin/sh', ['-c', `echo secret > ${folder}/file`]);
    expect(child.endedWell).toBe(false);
    // Made by the shell before it wrote; without a byte in it.
    await access(`${folder}/file`);
    expect(await readFile(`${folder}/file`, 'utf8')).toBe('');
  });

  test('reaches no server, not even on this machine, where the kernel gives it a network of its own', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const connect = `require('net').connect(${port},'127.0.0.1',()=>process.exit(0)).on('error',()=>process.exit(7))`;
    // Where the kernel forbids it, only the list of protocols keeps a decoder from the network.
    expect((await run(process.execPath, ['-e', connect])).exitCode).toBe((await mayCreateNetworks()) ? 7 : 0);
  });
});
