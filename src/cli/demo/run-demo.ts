import { decoderSettings } from '../../../workers/decoder/settings.ts';
import type { DecoderSettings } from '../../../workers/decoder/video.ts';
import { createLogger } from '../../log.ts';
import { type Sightline, startSightline } from '../../server.ts';
import { readSource } from '../catalog/read-source.ts';
import { connect } from '../client.ts';
import { Screen } from '../screen.ts';
import { signInLinkFor } from '../sign-in-link.ts';
import { shortPath, typedPath } from '../typed-path.ts';
import { annotate } from './annotate/annotate.ts';
import { compareBay } from './bay/compare.ts';
import { printBay } from './bay/report.ts';
import { type DemoConfig, demoConfig } from './config.ts';
import { openDataDir } from './data-dir.ts';
import type { StatusChange } from './follow.ts';
import { Interrupted, listenForInterrupt, orInterrupted } from './interrupt.ts';
import { exampleShelves, ownPhotos, type Picture, separateVideos } from './pictures.ts';
import { prepareCatalogue, recognise } from './recognise.ts';
import { printAddresses, printAdvice, printResults, printVideoResults } from './report.ts';
import { createTask, ensureTask } from './task.ts';
import { recogniseVideos } from './videos/recognise-videos.ts';
import type { VideoEnding } from './videos/results.ts';

export interface DemoRequest {
  /** As typed; none: the example shelves. */
  photos: readonly string[];
  /** Stop when the pictures are done. */
  exit: boolean;
  /** As typed; null: DATA_DIR, or a temporary directory. */
  dataDir: string | null;
  /** As typed; null: the example products. */
  catalogue: string | null;
  /** As typed. */
  out: string;
}

/** One run of the demo. */
interface Run {
  request: DemoRequest;
  env: NodeJS.ProcessEnv;
  pictures: readonly Picture[];
  videos: readonly Picture[];
  decoder: DecoderSettings;
  screen: Screen;
  /** Aborts with Interrupted. */
  signal: AbortSignal;
}

/**
 * Runs the demo; everything that it started has stopped when it returns.
 * @returns the exit code: 0, 1 if no picture succeeded, 130 if it was interrupted before the end
 * @throws Error with a sentence for the person
 */
export async function runDemo(request: DemoRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const files = await separateVideos(await chooseFiles(request, env));
  const screen = new Screen(process.stdout, process.stderr);
  const signal = listenForInterrupt(() => screen.line('Stopping…'));
  const given = request.dataDir ?? (env.DATA_DIR?.trim() || null);
  const dataDir = await openDataDir(given === null ? null : typedPath(given, env));
  try {
    const demo = await demoConfig(env, dataDir.path);
    const { videoDecoder: program, maxImagePixels: maxPixels } = demo.config;
    const decoder = decoderSettings({ program, maxPixels, maxSeconds: 86_400 });
    return await withServer({ request, env, ...files, decoder, screen, signal }, demo);
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  } finally {
    screen.idle();
    await dataDir.dispose();
  }
}

async function chooseFiles({ photos, catalogue }: DemoRequest, env: NodeJS.ProcessEnv): Promise<Picture[]> {
  // What is wrong with it is told before anything is started.
  if (catalogue !== null) await readSource(typedPath(catalogue, env));
  return photos.length > 0 ? ownPhotos(photos.map((path) => typedPath(path, env))) : exampleShelves();
}

/** The server runs in this process; from here on the demo uses it like a program on another machine. */
async function withServer(run: Run, { config, apiKey, takenPort }: DemoConfig): Promise<number> {
  const { screen, signal } = run;
  screen.line('Starting PostgreSQL, the server and the recognition engines.');
  if (takenPort !== null) screen.line(`Port ${takenPort} is in use by another program: using a free one.`);
  screen.stage('Starting');
  const sightline = await startSightline(
    config,
    'start',
    createLogger({ level: config.logLevel, format: config.logFormat }),
  );
  try {
    signal.throwIfAborted();
    return await demonstrate(run, sightline, apiKey);
  } finally {
    screen.stage('Stopping');
    await sightline.close(0);
  }
}

async function demonstrate(run: Run, sightline: Sightline, apiKey: string): Promise<number> {
  const url = sightline.url!;
  const { request, env, pictures, videos, screen, signal } = run;
  const client = connect(url, apiKey, signal);
  try {
    const own = request.catalogue === null ? null : typedPath(request.catalogue, env);
    const items = await prepareCatalogue(client, screen, own);
    const taskId = own === null ? await ensureTask(client, items) : await createTask(client, items);
    const seen = pictures.length > 0 ? await recognise(client, screen, taskId, pictures) : [];
    const watched = videos.length > 0 ? await recogniseVideos(client, screen, taskId, videos) : [];
    if (seen.length > 0) printResults(screen, seen);
    if (watched.length > 0) printVideoResults(screen, watched);
    const found = [...seen.flatMap(({ analysis }) => analysis.detections), ...watched.flatMap(({ tracks }) => tracks)];
    if (request.photos.length > 0) printAdvice(screen, found, own);
    const bay = request.photos.length === 0 && own === null ? await compareBay(client, screen, items) : null;
    if (bay) printBay(screen, bay, !request.exit);
    await writeAnnotated(run, seen, watched);
    screen.idle();
    if (request.exit) return [...seen, ...watched].some(hasSucceeded) ? 0 : 1;
  } finally {
    await client.close();
  }
  printAddresses(screen, url, apiKey, await signInLinkFor(sightline, process.stdout));
  await orInterrupted(new Promise(() => {}), signal).catch(() => undefined);
  return 0;
}

function hasSucceeded({ status }: { status: string }): boolean {
  return status === 'SUCCEEDED';
}

async function writeAnnotated(run: Run, seen: readonly StatusChange[], watched: readonly VideoEnding[]): Promise<void> {
  const { request, env, screen, signal, decoder } = run;
  const pictures = seen.filter(hasSucceeded);
  const videos = watched.filter((ending) => hasSucceeded(ending) && ending.frames.length > 0);
  if (pictures.length + videos.length === 0) return;
  screen.stage('Drawing', pictures.length + videos.length);
  const written = await annotate({ pictures, videos, decoder, directory: typedPath(request.out, env) }, () => {
    signal.throwIfAborted();
    screen.advance();
  });
  screen.line();
  screen.line('Annotated pictures:');
  for (const path of written) screen.line(`  ${shortPath(path, env)}`);
}
