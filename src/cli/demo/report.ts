import type { Screen } from '../screen.ts';
import type { StatusChange } from './follow.ts';
import { type TallyRow, tally } from './tally.ts';
import type { Track, VideoEnding } from './videos/results.ts';

const unnamed = 'not in catalogue, or uncertain';

/** One line for a change of status, as it arrives. */
export function printChange(
  screen: Screen,
  { at, name, status }: { at: Date; name: string; status: string },
  nameWidth: number,
): void {
  const time = screen.paint('dim', at.toTimeString().slice(0, 8) + (at.getMilliseconds() / 1000).toFixed(3).slice(1));
  const painted = screen.paint(colourOf(status), status);
  screen.line(`${time}  ${name.padEnd(nameWidth)}  ${painted}`);
}

/** What was found on each picture: item, count, mean confidence; or why it failed. */
export function printResults(screen: Screen, endings: readonly StatusChange[]): void {
  printTables(
    screen,
    endings.map((ending) => ({
      title: `${screen.paint('bold', ending.picture.name)}  ${summary(ending)}`,
      rows: tally(ending.analysis.detections),
    })),
  );
}

/** The same for videos, where each product is counted once, in however many frames it is. */
export function printVideoResults(screen: Screen, endings: readonly VideoEnding[]): void {
  printTables(
    screen,
    endings.map((ending) => ({
      title: `${screen.paint('bold', ending.video.name)}  ${videoSummary(ending)}`,
      rows: tally(ending.tracks),
    })),
  );
}

function printTables(screen: Screen, tables: readonly { title: string; rows: TallyRow[] }[]): void {
  const names = tables.flatMap(({ rows }) => rows.map(({ itemName }) => itemName ?? unnamed));
  const width = Math.max(...names.map((name) => name.length), 'item'.length);
  for (const { title, rows } of tables) {
    screen.line();
    screen.line(title);
    if (rows.length > 0) screen.line(screen.paint('dim', `  ${'item'.padEnd(width)}  count  confidence`));
    for (const { itemName, count, confidence } of rows) {
      // The certainty that there is a product says nothing about a missing name.
      const certainty = itemName === null ? '-' : confidence.toFixed(2);
      screen.line(`  ${(itemName ?? unnamed).padEnd(width)}  ${String(count).padStart(5)}  ${certainty.padStart(10)}`);
    }
  }
}

/**
 * What to do when products were found and none of them has a name.
 * @param detections of all pictures and videos
 * @param catalogue path of the person's own; null: the example products
 */
export function printAdvice(screen: Screen, detections: readonly Track[], catalogue: string | null): void {
  if (detections.length === 0 || detections.some(({ catalogItem }) => catalogItem !== null)) return;
  screen.line();
  if (catalogue === null) {
    screen.line('No product has a name, because the catalogue has only the example products. Add yours:');
    screen.line(
      '  npm run demo -- --catalogue DIRECTORY PHOTO…   a folder with a picture of each product, named after it',
    );
    screen.line('  npm run sightline -- catalog import DIRECTORY  the same for a server that runs');
    return;
  }
  screen.line(
    `No product is one of those in ${catalogue}. Their pictures should show one product each, upright and filling the`,
  );
  screen.line('frame, as it stands on the shelf. Further views help: see referenceImages in docs/clients.md.');
}

/** How to continue by hand while the server keeps running. */
export function printAddresses(screen: Screen, url: string, apiKey: string, signInLink: string | null): void {
  screen.line();
  if (signInLink) screen.line(`Dashboard ${screen.paint('underline', signInLink)} (signs in once, within 5 minutes)`);
  screen.line(`GraphiQL  ${screen.paint('underline', `${url}/graphql`)}`);
  screen.line(`API key   ${apiKey}`);
  screen.line();
  screen.line('Press Ctrl-C to stop.');
}

function summary({ status, analysis }: StatusChange): string {
  if (status !== 'SUCCEEDED') return `${status}: ${analysis.failure?.message ?? 'no reason given'}`;
  const count = analysis.detections.length;
  return `${count} ${count === 1 ? 'product' : 'products'} in ${(analysis.durationSeconds ?? 0).toFixed(2)} s`;
}

function videoSummary({ status, failure, tracks, sampledFrames }: VideoEnding): string {
  if (status !== 'SUCCEEDED') return `${status}: ${failure ?? 'no reason given'}`;
  return `${tracks.length} ${tracks.length === 1 ? 'product' : 'products'} in ${sampledFrames} frames`;
}

function colourOf(status: string): 'green' | 'red' | 'yellow' | 'cyan' {
  if (status === 'SUCCEEDED') return 'green';
  if (status === 'RUNNING') return 'cyan';
  return status === 'QUEUED' ? 'yellow' : 'red';
}
