import path from 'node:path';
import type { Client } from '../../src/cli/client.ts';
import type { Figure } from './figure.ts';
import { projectRoot } from './project-root.ts';
import type { Bench } from './run-bench.ts';
import { median } from './statistics.ts';
import { runVideo, sendVideo, type VideoTurn } from './video-turns.ts';

/**
 * What it costs to name the products of the pan of the examples: each in its best two or three sightings, and, by turns, all products of all
 * frames, as before tracks were named (smoothNeighbors does that still).
 */
export async function measureNaming(bench: Bench, client: Client, taskId: string): Promise<Figure[]> {
  const videoId = await sendVideo(client, taskId, path.join(projectRoot, 'examples/videos/aisle-pan.mp4'));
  const engineMs: Record<'tracks' | 'frames', number[]> = { tracks: [], frames: [] };
  for (let round = 0; round < (bench.quick ? 1 : 3); round++)
    for (const what of ['tracks', 'frames'] as const) {
      const options = { smoothNeighbors: what === 'frames' };
      const turn = await runVideo(client, taskId, videoId, { sampling: { framesPerSecond: 2 }, options });
      engineMs[what].push(millisecondsPerFrame(turn));
    }
  const figure = (what: string, values: readonly number[]): Figure => {
    const note = values.map((value) => value.toFixed(0)).join(', ');
    return { what, value: median(values), unit: 'ms a frame', digits: 0, better: 'lower', note };
  };
  const [tracks, frames] = [median(engineMs.tracks), median(engineMs.frames)];
  return [
    figure('pan of the examples: engine, products named once a track', engineMs.tracks),
    figure('the same, all products of all frames named', engineMs.frames),
    { what: 'the first ÷ the second', value: tracks / frames, unit: '', digits: 2, better: 'lower' },
  ];
}

/** `timings` are of a second of video. */
function millisecondsPerFrame({ timings: { inferenceMs, matchMs }, images, videoSeconds }: VideoTurn): number {
  return ((inferenceMs + matchMs) * videoSeconds) / images;
}
