import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ffmpeg } from '../support/ffmpeg.ts';
import { listProcessesIn, waitUntilNoneIn } from '../support/process-tree.ts';
import { projectRoot } from '../support/readme.ts';

test.each(['node-av', ffmpeg])(
  'a decoder (%s) ends with the process that started it, however that ends',
  async (program) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'sightline-orphan-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const video = path.join(projectRoot, 'examples/videos/aisle-pan.mp4');
    const script = path.join(projectRoot, 'test/support/decoder-process.ts');
    const parent = spawn(process.execPath, [script, video, program], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    await once(parent.stdout, 'data');
    expect((await listProcessesIn(directory)).length).toBeGreaterThan(1);
    parent.kill('SIGKILL');
    await waitUntilNoneIn(directory);
  },
);
