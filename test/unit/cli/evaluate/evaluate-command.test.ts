import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProjectModels } from '../../../support/pinned-models.ts';
import { runModels } from '../../engines/support/models-command.ts';

/** `sightline models evaluate` as a person runs it, with the project's models (pinned variants) on two of the example shelves. */
const examples = fileURLToPath(new URL('../../../../examples', import.meta.url));
const shelves = join(examples, 'shelves');
const used = ['1-breakfast.jpg', '3-household.jpg'];

interface Document {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: { image_id: number; category_id: number; bbox: number[] }[];
  categories: { id: number; name: string }[];
}

let folder: string;
let truth: Document;
let modelsDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-evaluate-'));
  modelsDir = join(folder, 'models');
  await addProjectModels(modelsDir);
  const all: Document = JSON.parse(await readFile(join(examples, 'coco.json'), 'utf8'));
  const images = all.images.filter(({ file_name }) => used.includes(file_name));
  const ids = images.map(({ id }) => id);
  truth = { ...all, images, annotations: all.annotations.filter(({ image_id }) => ids.includes(image_id)) };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a row of the sweep shares with the figures of a pipeline. */
function rowOf({ right: _, ...figures }: Record<string, number>) {
  return figures;
}

function evaluate(...args: string[]) {
  return runModels('evaluate', '--models-dir', modelsDir, ...args);
}

async function writeTruth(document: unknown): Promise<string> {
  const file = join(folder, 'truth.json');
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document));
  return file;
}

test('measures boxes and names, prints them, proposes settings and writes all of it as JSON', async () => {
  const json = join(folder, 'evaluation.json');
  const catalog = ['--catalog', join(examples, 'products'), '--pipeline', 'shelf-fast@2', '--json', json];
  const { code, out, err } = await evaluate(...['--images', shelves, '--labels', await writeTruth(truth), ...catalog]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^shelf-fast@2 \(product-detector@2 int8\) on 2 pictures of /m);
  expect(out).toMatch(/^COCO labels of 2 pictures: \d+ products\.$/m);
  expect(out).toContain('Skipped, because they have no labels: 2-drinks.jpg, 4-upright.jpg');
  const evaluation = JSON.parse(await readFile(json, 'utf8'));
  const { trueBoxes, ap50, atThreshold, naming, proposals, sweep, verdict } = evaluation;
  const unknown = truth.categories.find(({ name }) => name === 'unknown')!.id;
  const ofItems = truth.annotations.filter(({ category_id }) => category_id !== unknown).length;
  expect(evaluation).toMatchObject({ pipeline: 'shelf-fast@2', pictures: 2 });
  expect(trueBoxes).toBe(truth.annotations.length);
  expect(ap50).toBeGreaterThan(0.95);
  expect(atThreshold.recall).toBeGreaterThan(0.95);
  expect(atThreshold.precision).toBeGreaterThan(0.95);
  // Everything found is one of these, and what is missing was not found.
  const { items, foreign, nothing } = naming;
  const counts = [items, foreign, nothing].flatMap((group) => Object.values<number>(group));
  expect(counts.reduce((sum, count) => sum + count)).toBe(atThreshold.found);
  expect(items.right + items.wrong + items.open).toBeLessThanOrEqual(ofItems);
  expect(naming.rightOfAll).toBeGreaterThan(0.8);
  expect(foreign.open).toBeGreaterThan(foreign.named);
  expect(proposals.map(({ file, setting }: { file: string; setting: string }) => `${file} ${setting}`)).toEqual([
    'product-detector/2/manifest.json variants.int8.threshold',
    'pipelines/shelf-fast-2.json matching.acceptConfidence',
  ]);
  expect(out).toContain(`${ap50.toFixed(3)}  ${atThreshold.found} `);
  // With names, no box has become more or less certain: the row of the default is what was found.
  const standard = sweep.find(({ threshold }: { threshold: number }) => threshold === 0.544);
  expect(standard).toMatchObject(rowOf(atThreshold));
  expect(out).toMatch(/^0\.544 .* 0\.500 +default/m);
  expect(verdict.works).toContainEqual(
    expect.stringMatching(/ of the products are found \(\d+ of \d+; 95 % interval /),
  );
  for (const sentence of [verdict.basis, ...verdict.works, ...verdict.next]) expect(out).toContain(sentence);
  expect(verdict.next.at(-1)).toMatch(/^Label 8 more pictures, /);
  expect(out).toContain('pipelines/shelf-fast-2.json: matching.acceptConfidence 0.7 -> ');
});

test('takes only some categories as products, from labels of any form, in the option under its former name as well', async () => {
  const labels = join(folder, 'yolo');
  await mkdir(labels);
  const [image] = truth.images;
  const boxes = truth.annotations.filter(({ image_id }) => image_id === image!.id);
  const lines = boxes.map(({ category_id, bbox }) => {
    const [x, y, width, height] = bbox as [number, number, number, number];
    const centre = [(x + width / 2) / image!.width, (y + height / 2) / image!.height];
    return [category_id, ...centre, width / image!.width, height / image!.height].join(' ');
  });
  await writeFile(join(labels, image!.file_name.replace('.jpg', '.txt')), lines.join('\n'));
  const names = Object.fromEntries(truth.categories.map(({ id, name }) => [id, name]));
  await writeFile(join(folder, 'data.yaml'), JSON.stringify({ names }));
  const [first, second] = truth.categories.filter(({ id }) => boxes.some(({ category_id }) => category_id === id));
  const chosen = boxes.filter(({ category_id }) => category_id === first!.id || category_id === second!.id).length;
  const json = join(folder, 'categories.json');
  const overlays = join(folder, 'new/overlays');
  const options = ['--categories', `${first!.name}, ${second!.name}`, '--pipeline', 'shelf-fast@2'];
  options.push('--json', json, '--overlays', overlays);
  const { code, out, err } = await evaluate('--images', shelves, '--truth', labels, ...options);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(`^YOLO labels of 1 picture: ${chosen} products; not counted as products: `, 'm'));
  const { trueBoxes, atThreshold } = JSON.parse(await readFile(json, 'utf8'));
  expect(trueBoxes).toBe(chosen);
  // Products of the other categories are found as well, and count as false alarms.
  expect(atThreshold.recall).toBeGreaterThan(0.9);
  expect(atThreshold.found - atThreshold.right).toBeGreaterThan((boxes.length - chosen) / 2);
  expect(await readdir(overlays)).toEqual([image!.file_name.replace('.jpg', '-overlay.jpg')]);
  const { width, height, exif } = await sharp(join(overlays, (await readdir(overlays))[0]!)).metadata();
  expect(width).toBe(image!.width);
  // Below its legend, without what the camera wrote.
  expect(height).toBeGreaterThan(image!.height);
  expect(exif).toBeUndefined();
});

describe('is refused with a sentence that says what to change:', () => {
  const box = { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] };
  const document = {
    images: [{ id: 1, file_name: '1-breakfast.jpg', width: 1600, height: 1200 }],
    categories: [{ id: 1, name: 'jam' }],
    annotations: [box],
  };
  const annotated = (changes: object) => ({ ...document, annotations: [{ ...box, ...changes }] });
  const pictured = (changes: object) => ({ ...document, images: [{ ...document.images[0], ...changes }] });
  test.each<[string, unknown, string[], RegExp]>([
    ['no JSON', '{', [], /truth\.json is not valid JSON/],
    ['no COCO', { shelves: [] }, [], /is JSON, but has neither images and annotations \(COCO\) nor /],
    ['no boxes', { ...document, annotations: [] }, [], /annotations: has no boxes/],
    ['a flat box', annotated({ bbox: [0, 0, 0, 10] }), [], /annotations\.0\.bbox\.2: /],
    ['a box on no image', annotated({ image_id: 7 }), [], /a box on image 7, which is not in images/],
    ['a box of no category', annotated({ category_id: 7 }), [], /a box of category 7, which is not in categories/],
    [
      'a missing picture',
      pictured({ file_name: 'gone.jpg' }),
      [],
      /lacks gone\.jpg, which the labels name\. Check that --images is the right folder/,
    ],
    [
      'a category without a picture',
      document,
      ['--catalog', join(examples, 'products')],
      /products has no picture of jam\. Add one of each as <category name>\.jpg\. .* the category "unknown"\. .* --categories/,
    ],
    [
      'boxes drawn on the picture before it was turned',
      pictured({ file_name: '4-upright.jpg', width: 1600, height: 1200 }),
      ['--pipeline', 'shelf-fast@2'],
      /has 1200 x 1600 pixels after its EXIF orientation is applied, but the labels say 1600 x 1200/,
    ],
    [
      'a pipeline that labels',
      document,
      ['--pipeline', 'classify'],
      /classify@1 labels whole pictures, .*boxes: .*shelf-fast@2/,
    ],
    ['a category that no box has', document, ['--categories', 'tea, jam'], /No box has the label tea\. .* such as jam/],
    ['an unknown pipeline', document, ['--pipeline', 'rack'], /There is no pipeline rack\. Available: .*shelf-fast@2/],
  ])('%s', async (_title, content, options, message) => {
    const file = await writeTruth(content);
    const { code, out, err } = await evaluate('--images', shelves, '--labels', file, ...options);
    expect(err).toMatch(message);
    expect({ code, table: out.includes('AP50') }).toEqual({ code: 1, table: false });
  });

  test('overlays that cannot be written', async () => {
    const file = await writeTruth(document);
    const { code, err } = await evaluate('--images', shelves, '--labels', file, '--overlays', join(file, 'overlays'));
    expect(err).toMatch(/^Overlays cannot be written to .*: ENOTDIR.* Name another folder with --overlays\.$/);
    expect(code).toBe(1);
  });

  test('a model whose file is another one', async () => {
    const broken = join(folder, 'broken');
    await addProjectModels(broken);
    const detector = join(broken, 'product-detector');
    await rm(detector);
    await cp(join(modelsDir, 'product-detector'), detector, { recursive: true, dereference: true });
    // In every version: which of them is evaluated is the pipeline's choice.
    for (const version of await readdir(detector))
      await writeFile(join(detector, version, 'product-detector.int8.onnx'), 'another');
    const file = await writeTruth(document);
    const { code, err } = await evaluate('--images', shelves, '--truth', file, '--models-dir', broken);
    expect(err).toMatch(/^[^\n]*product-detector\.int8\.onnx has the checksum [^\n]*$/);
    expect(code).toBe(1);
  });

  test('no labels', async () => {
    const { code, err } = await evaluate('--images', shelves);
    expect(err).toContain("required option '--labels <path>' not specified");
    expect(code).toBe(1);
  });

  test('labels that are not there', async () => {
    const { code, err } = await evaluate('--images', shelves, '--labels', join(folder, 'none.json'));
    expect(err).toMatch(/The labels .*none\.json cannot be read: ENOENT/);
    expect(code).toBe(1);
  });

  test('a folder that is not there', async () => {
    const file = await writeTruth(document);
    const { code, err } = await evaluate('--images', join(folder, 'none'), '--labels', file);
    expect(err).toMatch(/The folder .*none cannot be read: ENOENT/);
    expect(code).toBe(1);
  });
});
