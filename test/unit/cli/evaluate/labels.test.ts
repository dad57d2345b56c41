import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { matchLabels } from '../../../../src/cli/evaluate/labels/match-labels.ts';
import { readLabels } from '../../../../src/cli/evaluate/labels/read-labels.ts';
import { chooseProducts } from '../../../../src/cli/evaluate/truth.ts';

/** Label files as the tools write them, on a shelf of 400 x 200 px with a jam and a price tag. */
let folder: string;
let images: string;
let labels: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-labels-'));
  images = join(folder, 'images');
  await mkdir(images);
  const picture = sharp({ create: { width: 400, height: 200, channels: 3, background: '#888' } });
  await picture.clone().jpeg().toFile(join(images, 'shelf.jpg'));
  await picture.clone().png().toFile(join(images, 'second.png'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  labels = await mkdtemp(join(folder, 'labels-'));
});

/** Files by their path in the folder of labels; what is no text is written as JSON. */
async function write(files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(labels, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** @param path from the folder of labels */
async function read(path = '.') {
  const { format, entries, notes } = await readLabels(join(labels, path));
  const files = ['second.png', 'shelf.jpg'];
  return { format, notes, pictures: await matchLabels(entries, { dir: images, files, maxImagePixels: 1e6 }) };
}

const jam = { x: 40, y: 20, width: 80, height: 100, category: 'jam', crowd: false };
const tag = { x: 200, y: 150, width: 40, height: 20, category: 'price tag', crowd: false };
const shelf = { file: 'shelf.jpg', width: 400, height: 200, boxes: [jam, tag] };

const coco = {
  images: [{ id: 1, file_name: 'shelf.jpg', width: 400, height: 200 }],
  categories: [
    { id: 1, name: 'jam' },
    { id: 2, name: 'price tag' },
  ],
  annotations: [
    { image_id: 1, category_id: 1, bbox: [40, 20, 80, 100] },
    { image_id: 1, category_id: 2, bbox: [200, 150, 40, 20], iscrowd: 0 },
  ],
};

const rectangle = (label: string, points: number[][]) => ({ label, shape_type: 'rectangle', points, group_id: null });
const labelMe = {
  ...{ version: '5.5.0', flags: {}, imagePath: 'shelf.jpg', imageData: null, imageWidth: 400, imageHeight: 200 },
  shapes: [
    // Drawn from the lower right corner to the upper left one.
    rectangle('jam', [
      [120, 120],
      [40, 20],
    ]),
    rectangle('price tag', [
      [200, 150],
      [240, 170],
    ]),
  ],
};

const region = (label: string, [x, y, width, height]: number[], changes = {}) => ({
  ...{ id: label, type: 'rectanglelabels', from_name: 'label', to_name: 'image' },
  ...{ original_width: 400, original_height: 200, image_rotation: 0 },
  value: { x, y, width, height, rotation: 0, rectanglelabels: [label], ...changes },
});
const regions = [region('jam', [10, 10, 20, 50]), region('price tag', [50, 75, 10, 10])];
const task = (changes = {}) => ({
  ...{ id: 7, data: { image: '/data/upload/1/0a1b2c3d-shelf.jpg' }, predictions: [{ result: [] }] },
  annotations: [{ id: 1, was_cancelled: false, ground_truth: false, result: regions }],
  ...changes,
});

const yolo = '0 0.2 0.35 0.2 0.5\n1 0.55 0.8 0.1 0.1\n';
const classes = 'jam\nprice tag\n';

describe('the same boxes are read from', () => {
  test.each<[title: string, format: string, path: string, files: Record<string, unknown>]>([
    ['a COCO document', 'COCO', 'any.name', { 'any.name': coco }],
    ['a folder with a COCO document', 'COCO', '.', { '_annotations.coco.json': coco, 'README.txt': 'By hand.' }],
    [
      'COCO that says where pictures were',
      'COCO',
      'a',
      { a: { ...coco, images: [{ ...coco.images[0], file_name: 'train/shelf.jpg' }] } },
    ],
    ['a file of LabelMe', 'LabelMe', 'shelf.json', { 'shelf.json': labelMe }],
    ['a folder of LabelMe', 'LabelMe', '.', { 'shelf.json': labelMe, 'settings.json': [1] }],
    [
      'LabelMe of Windows',
      'LabelMe',
      '.',
      { 'a.json': `\uFEFF${JSON.stringify({ ...labelMe, imagePath: '..\\imgs\\shelf.jpg' })}` },
    ],
    ['LabelMe of a picture that was renamed', 'LabelMe', '.', { 'shelf.json': { ...labelMe, imagePath: 'IMG_1.jpg' } }],
    [
      'LabelMe without sizes',
      'LabelMe',
      '.',
      { 'shelf.json': { ...labelMe, imageWidth: null, imageHeight: undefined } },
    ],
    ['YOLO with classes.txt', 'YOLO', '.', { 'shelf.txt': yolo, 'classes.txt': classes }],
    [
      'YOLO with a list in data.yaml',
      'YOLO',
      'labels/val',
      { 'labels/val/shelf.txt': yolo, 'data.yaml': "train: images\nnames: ['jam', 'price tag'] # two\n" },
    ],
    [
      'YOLO with a map in data.yaml',
      'YOLO',
      'labels',
      { 'labels/shelf.txt': yolo, 'data.yaml': 'nc: 2\nnames:\n  0: jam\n  1: price tag\n' },
    ],
    [
      'YOLO with obj.names',
      'YOLO',
      'obj_train_data',
      { 'obj_train_data/shelf.txt': yolo.replaceAll('\n', '\r\n'), 'obj.names': 'jam\r\nprice tag\r\n' },
    ],
    [
      'outlines of YOLO',
      'YOLO',
      '.',
      { 'shelf.txt': `0 0.1 0.1 0.3 0.2 0.2 0.6\n${yolo.split('\n')[1]}`, 'classes.txt': classes },
    ],
    ['an export of Label Studio', 'Label Studio', 'export.json', { 'export.json': [task()] }],
    [
      'Label Studio with local files',
      'Label Studio',
      'a',
      { a: [task({ data: { photo: '/data/local-files/?d=aisle%202%2Fshelf.jpg' } })] },
    ],
    [
      'Label Studio with a store',
      'Label Studio',
      'a',
      { a: [task({ data: { id: 'x', image: 's3://shop/2026/shelf.jpg?X-Amz-Date=1' } })] },
    ],
  ])('%s', async (_title, format, path, files) => {
    await write(files);
    const found = await read(path);
    const boxes = found.pictures[0]!.boxes.map((box) => ({
      ...box,
      x: near(box.x),
      y: near(box.y),
      width: near(box.width),
      height: near(box.height),
    }));
    expect({ ...found, pictures: [{ ...found.pictures[0], boxes }] }).toEqual({ format, notes: [], pictures: [shelf] });
  });

  /** Shares of a picture are no exact numbers. */
  const near = (value: number) => Math.round(value * 1e6) / 1e6;
});

describe('is understood as people mean it:', () => {
  test('a picture without products has labels, too', async () => {
    await write({ 'shelf.txt': yolo, 'second.txt': '', 'classes.txt': classes });
    expect((await read()).pictures.map(({ file, boxes }) => [file, boxes.length])).toEqual([
      ['second.png', 0],
      ['shelf.jpg', 2],
    ]);
  });

  test('classes without names are called by their numbers', async () => {
    await write({ 'shelf.txt': yolo });
    const { pictures, notes } = await read();
    expect(pictures[0]!.boxes.map(({ category }) => category)).toEqual(['0', '1']);
    expect(notes).toEqual([expect.stringMatching(/^No names of classes were found.* Add classes\.txt/)]);
  });

  test('polygons and masks of LabelMe are the boxes around them', async () => {
    const points = [
      [40, 60],
      [100, 20],
      [120, 120],
    ];
    await write({ 'shelf.json': { ...labelMe, shapes: [{ label: 'jam', points, shape_type: 'polygon' }] } });
    expect((await read()).pictures[0]!.boxes).toEqual([jam]);
  });

  test('iscrowd marks a region, also as true', async () => {
    const annotations = [0, 1, true].map((iscrowd) => ({ ...coco.annotations[0], iscrowd }));
    await write({ a: { ...coco, annotations } });
    expect((await read('a')).pictures[0]!.boxes.map(({ crowd }) => crowd)).toEqual([false, true, true]);
  });

  test('of several annotations of Label Studio the ground truth counts, else the first, never a cancelled one', async () => {
    const annotation = (changes: object, result: unknown[]) => ({ ...task().annotations[0], ...changes, result });
    const [one, two] = [[regions[0]], [regions[1]]];
    const second = { data: { image: 'https://shop.test/second.png' } };
    await write({
      a: [
        task({ annotations: [annotation({}, one), annotation({ ground_truth: true }, two)] }),
        task({
          ...second,
          annotations: [annotation({ was_cancelled: true }, one), annotation({}, two), annotation({}, one)],
        }),
        task({ data: { image: 'https://shop.test/unlabelled.png' }, annotations: [] }),
      ],
    });
    const { pictures, notes } = await read('a');
    expect(pictures.map(({ file, boxes }) => [file, boxes.map(({ category }) => category)])).toEqual([
      ['shelf.jpg', ['price tag']],
      ['second.png', ['price tag']],
    ]);
    expect(notes).toEqual([expect.stringMatching(/^Several people have labelled .*shelf\.jpg, second\.png: /)]);
  });

  test('Rectangle and Labels of Label Studio as two tags', async () => {
    const { rectanglelabels: _, ...value } = regions[0]!.value;
    const bare = { ...regions[0], type: 'rectangle', value };
    await write({
      a: [
        task({ annotations: [{ result: [bare, { ...bare, type: 'labels', value: { ...value, labels: ['jam'] } }] }] }),
      ],
    });
    expect((await read('a')).pictures[0]!.boxes).toHaveLength(1);
  });
});

describe('is refused with a sentence that says what to change:', () => {
  const shaped = (changes: object) => ({ 'a.json': { ...labelMe, shapes: [{ ...labelMe.shapes[0], ...changes }] } });
  const lines = (text: string) => ({ 'shelf.txt': text, 'classes.txt': classes });
  const result = (changed: object) => ({ a: [task({ annotations: [{ result: [changed] }] })] });
  test.each<[title: string, path: string, files: Record<string, unknown>, message: RegExp]>([
    ['nothing', 'none', {}, /The labels .*none cannot be read: ENOENT/],
    [
      'a folder without labels',
      '.',
      { 'README.txt': 'Shelves' },
      /has no labels that can be read\. Give a COCO document, a JSON/,
    ],
    [
      'another format',
      'a.xml',
      { 'a.xml': '<annotation/>' },
      /a\.xml is in no form that is read\. Export the labels as a COCO/,
    ],
    ['broken JSON', 'a', { a: '{"images": [' }, /a is not valid JSON: /],
    ['other JSON', 'a', { a: { shelves: [] } }, /is JSON, but has neither images and annotations \(COCO\) nor/],
    ['one file of YOLO', 'shelf.txt', lines(yolo), /has the YOLO labels of one picture\. Give the folder/],
    [
      'two COCO documents',
      '.',
      { 'a.json': coco, 'b.json': coco },
      /has 2 COCO documents\. Give one of them: --labels .*a\.json/,
    ],
    ['two kinds', '.', { 'a.json': labelMe, 'shelf.txt': yolo }, /has both LabelMe and YOLO labels/],
    [
      'a circle',
      '.',
      shaped({ shape_type: 'circle' }),
      /shape 1 of .*a\.json \("jam"\) is a circle\. Draw .* rectangles or polygons/,
    ],
    [
      'a flat shape',
      '.',
      shaped({
        points: [
          [1, 2],
          [1, 9],
        ],
      }),
      /has no width or no height\. Remove it/,
    ],
    ['LabelMe without points', '.', shaped({ points: 4 }), /is not a LabelMe file(.|\n)*shapes\.0\.points: /],
    [
      'pixels in YOLO',
      '.',
      lines('0 40 20 80 100'),
      /Line 1 of .*shelf\.txt has numbers outside 0 to 1\..* not pixels/,
    ],
    [
      'predictions of YOLO',
      '.',
      lines('0 0.2 0.2 0.1 0.1 0.9'),
      /has six numbers, as predictions with a confidence do/,
    ],
    ['a short line', '.', lines('\n0 0.2 0.2 0.1'), /Line 2 of .*shelf\.txt has 4 numbers; a box has five/],
    ['a flat box of YOLO', '.', lines('0 0.2 0.2 0 0.1'), /has a box without width or height/],
    [
      'a class without a name',
      '.',
      lines('2 0.2 0.2 0.1 0.1'),
      /has the class 2, which the file of classes does not name/,
    ],
    [
      'YAML without names',
      '.',
      { 'shelf.txt': yolo, 'data.yaml': 'nc: 2\n' },
      /data\.yaml has no names of classes\. Write them/,
    ],
    ['broken YAML', '.', { 'shelf.txt': yolo, 'data.yaml': 'names: [a' }, /data\.yaml is not valid YAML: /],
    [
      'a rotated box',
      'a',
      result(region('jam', [1, 1, 5, 5], { rotation: 12 })),
      /shelf\.jpg has a box that is rotated by 12°\. .* set its rotation to 0/,
    ],
    ['a rotated picture', 'a', result({ ...regions[0], image_rotation: 90 }), /shelf\.jpg was labelled turned by 90°/],
    [
      'a polygon of Label Studio',
      'a',
      result({ ...regions[0], type: 'polygonlabels', value: { points: [] } }),
      /has a region of the type polygonlabels\. Draw products as rectangles/,
    ],
    [
      'a rectangle without a label',
      'a',
      result(region('jam', [1, 1, 5, 5], { rectanglelabels: [] })),
      /has a rectangle without a label/,
    ],
    [
      'JSON-MIN',
      'a',
      { a: [{ image: 'shelf.jpg', label: [{ x: 1 }] }] },
      /export it again as "JSON", not as "JSON-MIN"/,
    ],
    ['text tasks', 'a', { a: [task({ data: { text: 'Jam?' } })] }, /task 7 of .* has no picture in its data/],
    [
      'a missing picture',
      '.',
      { 'gone.txt': yolo, 'gone2.txt': yolo },
      /images lacks gone, gone2, which the labels name\. Check that --images is the right folder/,
    ],
    [
      'another size',
      'a',
      { a: { ...coco, images: [{ ...coco.images[0], width: 200, height: 400 }] } },
      /shelf\.jpg has 400 x 200 pixels after .* the labels say 200 x 400/,
    ],
    ['one picture twice', '.', { 'a.json': labelMe, 'b.json': labelMe }, /shelf\.jpg is labelled twice/],
  ])('%s', async (_title, path, files, message) => {
    await write(files);
    await expect(read(path)).rejects.toThrow(message);
  });
});

describe('products', () => {
  const unknown = { ...jam, category: 'unknown' };
  const pictures = [{ ...shelf, boxes: [jam, tag, unknown] }];

  test('are all boxes, those of no catalogue as items without a name', () => {
    const { categories, leftOut, pictures: chosen } = chooseProducts(pictures, null);
    expect({ categories, leftOut }).toEqual({ categories: ['jam', 'price tag'], leftOut: [] });
    expect(chosen[0]!.boxes.map(({ item }) => item)).toEqual(['jam', 'price tag', null]);
  });

  test('are those of the categories that are named, and no others', () => {
    const { categories, leftOut, pictures: chosen } = chooseProducts(pictures, ['unknown', 'jam']);
    expect({ categories, leftOut }).toEqual({ categories: ['jam'], leftOut: ['price tag'] });
    expect(chosen[0]!.boxes.map(({ item }) => item)).toEqual(['jam', null]);
  });

  test('of a category that no box has are a mistake', () => {
    expect(() => chooseProducts(pictures, ['tea'])).toThrow(
      /No box has the label tea\. .* labels such as jam, price tag/,
    );
    expect(() => chooseProducts([{ ...shelf, boxes: [] }], null)).toThrow(/The labels have no boxes\. Draw one/);
  });
});
