import type { Run, ShelfPlan } from '../plan.ts';

function run(product: string, facings: number, levels = 1): Run {
  return { product, facings, levels };
}

/** An aisle of 4.2 m, of which the camera sees 1.8 m at once. */
export const aisle: ShelfPlan = {
  file: 'aisle-pan.mp4',
  seed: 707,
  widthPx: 3024,
  heightPx: 720,
  widthMm: 4200,
  fittings: 'white',
  fromMm: 34,
  toMm: 4166,
  boards: [
    {
      yMm: 330,
      runs: [
        run('querrick-oat-rings', 4),
        { gapMm: 30 },
        run('kolvaro-dark-roast', 6),
        run('chazwick-paprika-crisps', 4),
        { gapMm: 60 },
        run('lathwenna-dish-liquid', 8),
        run('skovlie-orange-juice', 6),
        run('querrick-oat-rings', 2),
      ],
    },
    {
      yMm: 590,
      runs: [
        run('dunnaby-plum-jam', 8),
        run('ambrelind-honey', 4),
        { gapMm: 50 },
        run('pondello-lemon-soda', 9),
        run('hustavik-chickpeas', 8, 2),
        run('pondello-lemon-soda', 6),
        { gapMm: 40 },
        run('ambrelind-honey', 5),
        run('dunnaby-plum-jam', 5),
      ],
    },
    {
      yMm: 930,
      runs: [
        run('vezzorina-passata', 6),
        run('wimborel-mint-tea', 3, 3),
        run('wimborel-rosehip-tea', 3, 3),
        { gapMm: 80 },
        run('kirrawen-spring-water', 8),
        run('orzabella-penne', 4),
        run('cantorvo-ketchup', 5),
        run('kolvaro-dark-roast', 6),
      ],
    },
  ],
  camera: { rollDegrees: 0, sideways: 0, upwards: 0, barrel: 0, eyeMm: 480 },
  look: { exposure: 1, warmth: 1.02, vignette: 0, noise: 1.2, blurPx: 0.5, quality: 80 },
};
