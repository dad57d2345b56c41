import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { bay, planCsv } from './render/bay.ts';
import { describeProduct, thumbnailFormat } from './render/catalog.ts';
import { cocoTruth } from './render/coco.ts';
import { takePhotograph } from './render/develop.ts';
import type { ShelfPlan } from './render/plan.ts';
import { catalogue } from './render/products/index.ts';
import { drawScene } from './render/scene.ts';
import { findShares } from './render/shares.ts';
import { shelfPlans } from './render/shelves.ts';
import { drawThumbnail } from './render/thumbnail.ts';
import { findTruth } from './render/truth.ts';

const folder = import.meta.dirname;

async function renderProducts(): Promise<void> {
  const entries = catalogue.map(describeProduct);
  for (const [index, product] of catalogue.entries()) {
    await writeFile(join(folder, entries[index]!.file), await drawThumbnail(product, thumbnailFormat(index)));
  }
  await writeJson('catalog.json', { products: entries });
}

async function renderShelf(plan: ShelfPlan) {
  const scene = drawScene(plan);
  const { file, lens } = await takePhotograph(plan, scene);
  await writeFile(join(folder, 'shelves', plan.file), file);
  const facings = findTruth(plan, scene, lens);
  return {
    file: `shelves/${plan.file}`,
    width: plan.widthPx,
    height: plan.heightPx,
    facings,
    shares: findShares(facings),
  };
}

/** The bay with a plan, from which it differs. */
async function renderBay(): Promise<void> {
  const { file } = await takePhotograph(bay, drawScene(bay));
  await writeFile(join(folder, 'planogram', bay.file), file);
  await writeFile(join(folder, 'planogram', 'plan.csv'), planCsv());
}

/** One object a line within the lists, so that a changed facing is one line of a diff. */
async function writeJson(name: string, value: Record<string, object[]>): Promise<void> {
  const [key, list] = Object.entries(value)[0]!;
  const lines = list.map((entry) => `    {${Object.entries(entry).map(writeField).join(',')}}`);
  await writeFile(join(folder, name), `{\n  "${key}": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

function writeField([name, value]: [string, unknown]): string {
  if (!Array.isArray(value) || typeof value[0] !== 'object') return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return `${JSON.stringify(name)}:[\n${value.map((entry) => `      ${JSON.stringify(entry)}`).join(',\n')}\n    ]`;
}

/** The same with several lists. */
async function writeLists(name: string, value: Record<string, object[]>): Promise<void> {
  const lists = Object.entries(value).map(([key, list]) => {
    return `  "${key}": [\n${list.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`;
  });
  await writeFile(join(folder, name), `{\n${lists.join(',\n')}\n}\n`);
}

// librsvg draws the same either way, but one thread keeps two runs the same to the byte whatever the machine is doing.
sharp.concurrency(1);
await mkdir(join(folder, 'products'), { recursive: true });
await mkdir(join(folder, 'shelves'), { recursive: true });
await mkdir(join(folder, 'planogram'), { recursive: true });
await renderProducts();
const shelves = [];
for (const plan of shelfPlans) shelves.push(await renderShelf(plan));
await renderBay();
await writeJson('truth.json', { shelves });
await writeLists('coco.json', cocoTruth(shelves));
console.log(`Drew ${catalogue.length} products, ${shelves.length} shelves and a bay into ${folder}.`);
