import { describeProduct } from './catalog.ts';
import type { BoardPlan, Run, ShelfPlan } from './plan.ts';
import { catalogue } from './products/index.ts';

function run(product: string, facings: number, levels = 1): Run {
  return { product, facings, levels };
}

function gap(gapMm: number): Run {
  return { gapMm };
}

/** A bay as it should be. */
const planned: BoardPlan[] = [
  { yMm: 330, runs: [run('querrick-oat-rings', 4), run('chazwick-paprika-crisps', 4)] },
  {
    yMm: 545,
    runs: [run('dunnaby-plum-jam', 6), run('hustavik-chickpeas', 6), run('pondello-lemon-soda', 7)],
  },
  {
    yMm: 800,
    runs: [
      run('vezzorina-passata', 6),
      run('wimborel-rosehip-tea', 1, 2),
      run('wimborel-mint-tea', 2, 2),
      run('kolvaro-dark-roast', 6),
    ],
  },
  {
    yMm: 1125,
    runs: [run('kirrawen-spring-water', 6), run('skovlie-orange-juice', 5), run('lathwenna-dish-liquid', 5)],
  },
];

/** The same bay as it was photographed: chickpeas half sold out, one of the teas gone, juice and dish liquid in each other's place. */
const photographed: BoardPlan[] = [
  planned[0]!,
  {
    yMm: 545,
    runs: [run('dunnaby-plum-jam', 6), run('hustavik-chickpeas', 4), gap(170), run('pondello-lemon-soda', 7)],
  },
  {
    yMm: 800,
    runs: [run('vezzorina-passata', 6), gap(160), run('wimborel-mint-tea', 2, 2), run('kolvaro-dark-roast', 6)],
  },
  {
    yMm: 1125,
    runs: [run('kirrawen-spring-water', 6), run('lathwenna-dish-liquid', 5), run('skovlie-orange-juice', 5)],
  },
];

export const bay: ShelfPlan = {
  file: 'bay.jpg',
  seed: 707,
  widthPx: 2400,
  heightPx: 1800,
  widthMm: 1620,
  fittings: 'white',
  fromMm: 34,
  toMm: 1586,
  boards: photographed,
  camera: { rollDegrees: 0.4, sideways: 0.012, upwards: -0.01, barrel: -0.012, eyeMm: 600 },
  look: { exposure: 1, warmth: 1.01, vignette: 0.12, noise: 1.5, blurPx: 0.6, quality: 76 },
};

/** The plan as a CSV file that createPlanogram takes. Heights in metres. */
export function planCsv(): string {
  const entries = catalogue.map(describeProduct);
  const idOf = (slug: string) => entries[catalogue.findIndex((product) => product.slug === slug)]!.customId;
  const rows = planned.flatMap(({ yMm, runs }, index) => {
    const height = index === 0 ? '' : String((yMm - planned[index - 1]!.yMm) / 1000);
    return runs.flatMap((one) =>
      'product' in one ? [[index + 1, idOf(one.product), one.facings, one.levels ?? 1, height].join(',')] : [],
    );
  });
  return `${['shelf,customId,facings,stack,shelfHeight', ...rows].join('\n')}\n`;
}
