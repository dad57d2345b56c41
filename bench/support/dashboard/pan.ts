import type { Page, Route } from 'playwright-core';
import type { Client } from '../../../src/cli/client.ts';
import type { Figure } from '../figure.ts';
import { quantile } from '../statistics.ts';
import { observeFrames, readFrames } from './frames.ts';
import { openTab, type Target } from './tab.ts';

const boxes = 500;
const moves = 300;

interface Found {
  id: string;
  box: { x: number; y: number; width: number; height: number };
}

/** Drags a picture with 500 boxes about, zoomed in: how long its frames took, and how often something took more than 50 ms. */
export async function measurePan(target: Target, client: Client): Promise<Figure[]> {
  const { analyses } = await client.request<{ analyses: { nodes: { id: string }[] } }>(
    '{ analyses(first: 1, filter: { status: [SUCCEEDED] }, orderBy: { field: CONFIDENCE }) { nodes { id } } }',
    {},
  );
  const page = await openTab(target, (tab) => tab.route('**/graphql', multiplyBoxes));
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  await page.goto(`${target.url}/#/analyses/${analyses.nodes[0]!.id}`);
  await page.getByRole('heading', { name: `${boxes} of ${boxes} found` }).waitFor();
  await observeFrames(page);
  await drag(page);
  const { frames, longTasks } = await readFrames(page);
  await page.context().close();
  const note = `${frames.length} frames, slowest ${Math.max(...frames).toFixed(1)} ms`;
  return [
    {
      what: `${boxes} boxes dragged, 95 % of frames within`,
      value: quantile(frames, 0.95),
      unit: 'ms',
      digits: 1,
      better: 'lower',
      note,
    },
    { what: 'long tasks (over 50 ms) meanwhile', value: longTasks, unit: '', digits: 0, better: 'lower', reach: 0 },
  ];
}

/** No example shows 500 products: what was found is repeated in other places. */
async function multiplyBoxes(route: Route): Promise<void> {
  if (!route.request().postData()?.includes('"operationName":"AnalysisDetails"')) return route.continue();
  const response = await route.fetch();
  const json = await response.json();
  const found: Found[] = json.data.node.detections;
  const known = found.length;
  for (let index = known; index < boxes; index++) {
    const { box, ...rest } = found[index % known]!;
    found.push({ ...rest, id: `${rest.id}${index}`, box: { ...box, x: (index % 25) / 26, y: (index % 20) / 21 } });
  }
  await route.fulfill({ json });
}

async function drag(page: Page): Promise<void> {
  const picture = (await page.getByRole('group', { name: 'Picture' }).boundingBox())!;
  const middle = { x: picture.x + picture.width / 2, y: picture.y + picture.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  for (let step = 0; step < 8; step++) await page.mouse.wheel(0, -120);
  await page.mouse.down();
  for (let move = 0; move < moves; move++)
    await page.mouse.move(middle.x + 150 * Math.sin(move / 10), middle.y + 150 * Math.cos(move / 10));
  await page.mouse.up();
}
