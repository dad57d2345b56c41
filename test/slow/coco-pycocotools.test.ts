import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SubmittedColumn, submittedColumnNames } from '../../src/analyses/submitted-fields.ts';
import { cocoDocument } from '../../src/exports/coco-document.ts';
import { toExported } from '../../src/exports/exported-detections.ts';
import { newId } from '../../src/ids.ts';
import type { Box } from '../../src/recognition/box.ts';
import { asFound } from '../../src/recognition/corrections/apply.ts';
import type { Detection } from '../../src/recognition/detection.ts';
import { expectCoco } from '../support/coco.ts';
import { pythonWith } from '../support/python.ts';

/**
 * pycocotools itself opens what Analysis.coco answers, where Python has it; elsewhere only the rules of test/support/coco.ts
 * are checked. See test/support/check_coco.py.
 */
const python = await pythonWith('pycocotools', 'pycocotools==2.0.11');
const script = path.join(import.meta.dirname, '../support/check_coco.py');
const examples = new URL('../../examples/truth.json', import.meta.url);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-coco-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Shelf {
  file: string;
  width: number;
  height: number;
  facings: { product: string | null; box: Box }[];
}

/** A document as an analysis of this shelf would have it. */
function documentOf({ file, width, height, facings }: Shelf) {
  const itemOf = new Map(facings.flatMap(({ product }) => (product ? [[product, newId()] as const] : [])));
  const detections = facings.map(({ product, box }, index): Detection => {
    const itemId = product && itemOf.get(product)!;
    const confidence = 0.5 + index / (2 * facings.length);
    const at: Detection['box'] = [box.x, box.y, box.width, box.height];
    return { box: at, objectness: 0.9, confidence, itemId, matchedBy: null, candidates: [], label: null };
  });
  const items = [...itemOf].map(([name, id]) => [id, { id, name, customId: null, barcode: null }] as const);
  const about = { id: newId(), task_id: newId(), image_id: newId(), filename: file, recorded_at: new Date() };
  const place = { external_id: '=1', place_id: null, latitude: 1, longitude: -2, metadata: { visit: 'ü' } };
  const exported = toExported(about.id, asFound(detections));
  const found = {
    width,
    height,
    detections: exported,
    basis: 'FOUND' as const,
    labels: [],
    accepted: null,
    texts: null,
    codes: null,
    prices: null,
  };
  const submitted = Object.fromEntries(submittedColumnNames.map((name) => [name, null])) as Record<
    SubmittedColumn,
    null
  >;
  return cocoDocument({ ...submitted, ...about, ...place, ...found }, new Map(items));
}

async function check(document: object): Promise<unknown> {
  const file = path.join(folder, 'document.json');
  await writeFile(file, JSON.stringify(document));
  const { stdout, stderr } = await promisify(execFile)(python!, [script, file]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.each<Shelf>(JSON.parse(await readFile(examples, 'utf8')).shelves)('$file keeps the rules of COCO', (shelf) => {
  expectCoco(JSON.parse(JSON.stringify(documentOf(shelf))));
});

test.skipIf(!python)('pycocotools opens and evaluates documents without complaint', async () => {
  const { shelves } = JSON.parse(await readFile(examples, 'utf8')) as { shelves: Shelf[] };
  for (const shelf of shelves) {
    const categories = new Set(shelf.facings.map(({ product }) => product ?? 'unknown')).add('unknown').size;
    const annotations = shelf.facings.length;
    expect(await check(documentOf(shelf))).toEqual({ annotations, categories, AP50: expect.closeTo(1, 9) });
  }
  expect(await check(documentOf({ ...shelves[0]!, facings: [] }))).toEqual({
    annotations: 0,
    categories: 1,
    AP50: null,
  });
});
