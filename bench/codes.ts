/**
 * What reading codes takes, in processor time, for each of the example shelves, with the boxes that their labels have; and how many pixels of a module
 * (the narrowest bar, or a square of a matrix code) a code needs to be read, on a photograph as a whole and on a pack.
 */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { WriteInputBarcodeFormat } from 'zxing-wasm/writer';
import type { Box } from '../src/recognition/box.ts';
import { planViews, type ViewGroup } from '../src/recognition/codes/plan-views.ts';
import type { GreyPicture } from '../src/recognition/codes/view.ts';
import { drawCodes, whitePicture } from '../test/support/codes.ts';
import { readViews } from '../workers/engines/child/steps/codes/read-views.ts';
import { toGrey } from '../workers/engines/child/steps/codes/to-grey.ts';
import { readView } from '../workers/engines/child/steps/codes/zxing.ts';
import type { Figure } from './support/figure.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';

const samples = 10;
const sizes = [1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const kinds: { format: WriteInputBarcodeFormat; text: string; modules: number }[] = [
  { format: 'EAN13', text: '4006381333931', modules: 113 },
  { format: 'EAN8', text: '96385074', modules: 81 },
  { format: 'Code128', text: '(01)09506000134352', modules: 200 },
  { format: 'QRCode', text: 'https://id.gs1.org/01/09506000134352', modules: 37 },
  { format: 'DataMatrix', text: '09506000134352', modules: 20 },
];

await runBench('codes', async (bench): Promise<Figure[]> => {
  const figures = await measureShelves(bench);
  await measureSizes(bench);
  return figures;
});

async function measureShelves(bench: Bench): Promise<Figure[]> {
  const { shelves } = JSON.parse(await readFile(`${projectRoot}/examples/truth.json`, 'utf8'));
  const figures: Figure[] = [];
  for (const { file, facings } of shelves as { file: string; facings: { box: Box }[] }[]) {
    const picture = await openGrey(sharp(`${projectRoot}/examples/${file}`));
    const groups = planViews(
      facings.map(({ box }) => box),
      picture,
    );
    await read(picture, groups);
    const seconds: number[] = [];
    let codes = 0;
    for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
      const before = process.cpuUsage();
      codes = (await read(picture, groups)).length;
      const { user, system } = process.cpuUsage(before);
      seconds.push((user + system) / 1e6);
    }
    const views = groups.reduce((sum, group) => sum + group.views.length, 0);
    const note = `${facings.length} facings, ${views} views, ${codes} codes`;
    bench.say(`${file}: ${seconds.map((each) => each.toFixed(2)).join(', ')} s`);
    figures.push({ what: file, value: median(seconds), unit: 's', digits: 2, better: 'lower', note });
  }
  return figures;
}

/** Of each kind and size, how many of ten codes are read that lie between pixels, a little blurred, in the noise of a JPEG. */
async function measureSizes({ say }: Bench): Promise<void> {
  for (const { format, text, modules } of kinds)
    for (const angle of [0, 20, 45]) {
      const shares: string[] = [];
      for (const modulePx of sizes) {
        let [whole, onPack] = [0, 0];
        for (let sample = 0; sample < samples; sample++) {
          const side = Math.ceil(modules * modulePx * 1.5) + 40;
          const at = [side / 2 + sample / samples, side / 2 + ((sample * 7) % samples) / samples] as const;
          const code = { format, text, at, modulePx: modulePx * (1 + sample / 200), angle, blur: 0.5 };
          const drawn = sharp(await drawCodes(whitePicture(side, side), [code]));
          const picture = await openGrey(sharp(await drawn.jpeg({ quality: 85 }).toBuffer()));
          const region = { x: 0, y: 0, width: side, height: side };
          const straight: ViewGroup = { region, views: [{ region, scale: 1, angle: 0 }] };
          if ((await read(picture, [straight])).includes(text)) whole++;
          const views = [0, 45].map((turn) => ({ region, scale: 2, angle: turn as 0 | 45 }));
          if ((await read(picture, [straight, { region, views }])).includes(text)) onPack++;
        }
        shares.push(`${modulePx} px ${whole}, ${onPack}`);
      }
      say(`${format} at ${angle}°, read of ${samples} in the whole picture and on a pack: ${shares.join('; ')}`);
    }
}

async function openGrey(picture: Sharp): Promise<GreyPicture> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return toGrey({ rgb: data, width: info.width, height: info.height });
}

async function read(picture: GreyPicture, groups: readonly ViewGroup[]): Promise<string[]> {
  const limits = { codes: 200, ms: 600_000 };
  const { codes } = await readViews(groups, (view, most) => readView(picture, view, most), limits);
  return codes.map(({ value }) => value);
}
