import type { Client } from '../../client.ts';
import type { Screen } from '../../screen.ts';
import { hasEnded } from '../follow.ts';
import type { Picture } from '../pictures.ts';
import { printChange } from '../report.ts';
import { followVideo, submitVideo, type VideoStatusChanged } from './analyze-video.ts';
import { type Frame, findFrame, listTracks, type VideoEnding } from './results.ts';

const sheetFrames = 9;

/** Analyses videos one after the other, and prints every change of status as it is pushed. */
export async function recogniseVideos(
  client: Client,
  screen: Screen,
  taskId: string,
  videos: readonly Picture[],
): Promise<VideoEnding[]> {
  const nameWidth = Math.max(...videos.map(({ name }) => name.length));
  const endings: VideoEnding[] = [];
  for (const video of videos) {
    screen.stage(`Sending ${video.name}`);
    const id = await submitVideo(client, taskId, video);
    const last = await printUntilEnd(client, screen, id, video, nameWidth);
    endings.push(await gatherResults(client, id, video, last));
  }
  return endings;
}

async function printUntilEnd(client: Client, screen: Screen, id: string, video: Picture, nameWidth: number) {
  screen.stage(`Recognising ${video.name}`);
  let analysed = 0;
  for await (const event of followVideo(client, id)) {
    if (event.__typename === 'VideoSecondAnalyzed') {
      // Seconds without a frame are passed with the next one that has some.
      for (; analysed <= event.second; analysed++) screen.advance();
    } else if (event.__typename === 'VideoAnalysisStatusChanged') {
      printChange(screen, { at: new Date(event.at), name: video.name, status: event.status }, nameWidth);
      const seconds = event.videoAnalysis?.video?.durationSeconds ?? null;
      if (event.status === 'RUNNING' && seconds !== null)
        screen.stage(`Recognising ${video.name}, seconds of video`, Math.ceil(seconds));
      if (hasEnded(event.status)) return event;
    }
  }
  throw new Error(`The stream of events ended before ${video.name} did.`);
}

async function gatherResults(
  client: Client,
  id: string,
  video: Picture,
  { status, videoAnalysis }: VideoStatusChanged,
): Promise<VideoEnding> {
  const failure = videoAnalysis?.failure?.message ?? null;
  if (status !== 'SUCCEEDED') return { video, status, failure, sampledFrames: 0, tracks: [], frames: [] };
  const tracks = await listTracks(client, id);
  // Browsers write videos whose header says no duration.
  const frames = await framesOverTime(client, id, videoAnalysis?.video?.decodedSeconds ?? 0);
  return { video, status, failure, sampledFrames: videoAnalysis?.sampledFrames ?? 0, tracks, frames };
}

async function framesOverTime(client: Client, id: string, seconds: number): Promise<Frame[]> {
  const frames = new Map<number, Frame>();
  for (let index = 0; index < sheetFrames; index++) {
    const frame = await findFrame(client, id, (seconds * index) / sheetFrames);
    if (frame) frames.set(frame.timeSeconds, frame);
  }
  return [...frames.values()];
}
