import type { Run, ShelfPlan } from './plan.ts';

function run(product: string, facings: number, levels = 1): Run {
  return { product, facings, levels };
}

function gap(gapMm: number): Run {
  return { gapMm };
}

/** The six photographs: what stands where, how it was taken. */
export const shelfPlans: ShelfPlan[] = [
  {
    // Breakfast, well lit and nearly straight: the easy one.
    file: '1-breakfast.jpg',
    seed: 101,
    widthPx: 1600,
    heightPx: 1200,
    widthMm: 1300,
    fittings: 'white',
    fromMm: 34,
    toMm: 1266,
    boards: [
      { yMm: 322, runs: [run('querrick-oat-rings', 4), gap(20), run('arkelvik-crispbread', 2, 3)] },
      { yMm: 535, runs: [run('dunnaby-plum-jam', 5), run('ambrelind-honey', 4), gap(50), run('dunnaby-plum-jam', 3)] },
      {
        yMm: 880,
        runs: [
          run('kolvaro-dark-roast', 5),
          run('wimborel-mint-tea', 2, 3),
          run('wimborel-rosehip-tea', 2, 3),
          run('kolvaro-dark-roast', 1),
        ],
      },
    ],
    camera: { rollDegrees: 0.5, sideways: 0.012, upwards: -0.01, barrel: -0.012, eyeMm: 430 },
    look: { exposure: 1, warmth: 1.02, vignette: 0.12, noise: 1.6, blurPx: 0.6, quality: 80 },
  },
  {
    // Drinks in a dark cooler, seen from the left: round packs, cans two high, a sold-out stretch.
    file: '2-drinks.jpg',
    seed: 202,
    widthPx: 1600,
    heightPx: 1200,
    widthMm: 1240,
    fittings: 'dark',
    fromMm: 26,
    toMm: 1214,
    boards: [
      {
        yMm: 345,
        runs: [
          run('kirrawen-spring-water', 6),
          gap(24),
          run('skovlie-orange-juice', 5),
          run('kirrawen-spring-water', 2),
        ],
      },
      {
        yMm: 540,
        runs: [run('pondello-lemon-soda', 7), run('torvanto-cola', 5), gap(90), run('pondello-lemon-soda', 3)],
      },
      {
        yMm: 860,
        runs: [run('torvanto-cola', 5, 2), run('skovlie-orange-juice', 4), gap(30), run('pondello-lemon-soda', 5, 2)],
      },
    ],
    camera: { rollDegrees: -0.8, sideways: -0.05, upwards: 0.01, barrel: -0.02, eyeMm: 470 },
    look: { exposure: 0.98, warmth: 0.97, vignette: 0.18, noise: 2, blurPx: 0.6, quality: 78 },
  },
  {
    // Household and tins under warm lamps; the bay goes on beyond both edges, so packs are cut off.
    file: '3-household.jpg',
    seed: 303,
    widthPx: 1600,
    heightPx: 1200,
    widthMm: 1280,
    fittings: 'white',
    fromMm: -110,
    toMm: 1390,
    boards: [
      {
        yMm: 300,
        runs: [
          run('lathwenna-dish-liquid', 6),
          gap(40),
          run('wexarno-colour-powder', 3),
          run('lathwenna-dish-liquid', 4),
        ],
      },
      {
        yMm: 585,
        runs: [
          run('hustavik-chickpeas', 6, 2),
          run('vezzorina-passata', 5),
          run('cantorvo-ketchup', 3),
          run('vezzorina-passata', 4),
        ],
      },
      {
        yMm: 890,
        runs: [
          run('orzabella-penne', 4),
          run('vezzorina-passata', 3),
          run('hustavik-chickpeas', 4, 2),
          run('chazwick-paprika-crisps', 2),
        ],
      },
    ],
    camera: { rollDegrees: 1.1, sideways: 0.02, upwards: 0.03, barrel: -0.018, eyeMm: 400 },
    look: { exposure: 0.97, warmth: 1.06, vignette: 0.2, noise: 2.2, blurPx: 0.7, quality: 78 },
  },
  {
    // A telephone held upright: EXIF orientation and the time it was taken, wooden shelves.
    file: '4-upright.jpg',
    seed: 404,
    widthPx: 1200,
    heightPx: 1600,
    widthMm: 880,
    fittings: 'wood',
    fromMm: 24,
    toMm: 856,
    boards: [
      { yMm: 320, runs: [run('chazwick-paprika-crisps', 3), run('lathwenna-dish-liquid', 2)] },
      {
        yMm: 530,
        runs: [run('pondello-lemon-soda', 5), run('dunnaby-plum-jam', 3), gap(40), run('hustavik-chickpeas', 2)],
      },
      { yMm: 785, runs: [run('vezzorina-passata', 3), run('kolvaro-dark-roast', 4), run('cantorvo-ketchup', 2)] },
      {
        yMm: 1090,
        runs: [run('skovlie-orange-juice', 3), run('wimborel-rosehip-tea', 2, 2), run('wimborel-mint-tea', 1, 2)],
      },
    ],
    camera: { rollDegrees: -0.6, sideways: 0.02, upwards: -0.04, barrel: -0.015, eyeMm: 560 },
    look: { exposure: 1.02, warmth: 1.04, vignette: 0.16, noise: 1.8, blurPx: 0.6, quality: 79 },
    exif: { orientation: 6, takenAt: '2026:03:14 09:26:53', offset: '+01:00' },
  },
  {
    // The whole bay from some steps away: large picture, small products. Products are 20 to 50 px wide at 800 px.
    file: '5-whole-bay.jpg',
    seed: 505,
    widthPx: 3000,
    heightPx: 2000,
    widthMm: 2500,
    fittings: 'white',
    fromMm: 60,
    toMm: 2440,
    boards: [
      {
        yMm: 375,
        runs: [
          run('querrick-oat-rings', 5),
          run('wexarno-colour-powder', 2),
          run('chazwick-paprika-crisps', 4),
          run('orzabella-penne', 2),
        ],
      },
      {
        yMm: 590,
        runs: [
          run('dunnaby-plum-jam', 7),
          run('ambrelind-honey', 4),
          gap(120),
          run('hustavik-chickpeas', 8),
          run('pondello-lemon-soda', 6),
        ],
      },
      {
        yMm: 850,
        runs: [
          run('vezzorina-passata', 6),
          run('kolvaro-dark-roast', 7),
          run('wimborel-mint-tea', 3, 2),
          run('wimborel-rosehip-tea', 3, 2),
          run('cantorvo-ketchup', 2),
        ],
      },
      {
        yMm: 1195,
        runs: [
          run('kirrawen-spring-water', 8),
          run('skovlie-orange-juice', 6),
          gap(80),
          run('lathwenna-dish-liquid', 8),
          run('arkelvik-crispbread', 1),
        ],
      },
      {
        yMm: 1540,
        runs: [
          run('torvanto-cola', 8, 2),
          run('pondello-lemon-soda', 9, 2),
          run('chazwick-paprika-crisps', 3),
          run('querrick-oat-rings', 3),
        ],
      },
    ],
    camera: { rollDegrees: 0.3, sideways: -0.015, upwards: 0.012, barrel: -0.015, eyeMm: 800 },
    look: { exposure: 1, warmth: 1, vignette: 0.15, noise: 1.4, blurPx: 0.6, quality: 76 },
  },
  {
    // Evening: dim warm light, seen from the right, half sold out.
    file: '6-evening.jpg',
    seed: 606,
    widthPx: 1600,
    heightPx: 1200,
    widthMm: 1260,
    fittings: 'wood',
    fromMm: 24,
    toMm: 1236,
    boards: [
      {
        yMm: 320,
        runs: [
          run('chazwick-paprika-crisps', 2),
          gap(20),
          run('querrick-oat-rings', 2),
          gap(24),
          run('orzabella-penne', 1),
        ],
      },
      {
        yMm: 575,
        runs: [
          run('vezzorina-passata', 2),
          gap(85),
          run('kolvaro-dark-roast', 3),
          gap(150),
          run('cantorvo-ketchup', 2),
          run('vezzorina-passata', 3),
        ],
      },
      {
        yMm: 865,
        runs: [
          run('lathwenna-dish-liquid', 3),
          gap(40),
          run('skovlie-orange-juice', 3),
          run('wimborel-mint-tea', 1, 2),
          gap(12),
          run('wimborel-rosehip-tea', 1, 2),
        ],
      },
    ],
    camera: { rollDegrees: -1.3, sideways: 0.06, upwards: -0.02, barrel: -0.02, eyeMm: 450 },
    look: { exposure: 0.86, warmth: 1.09, vignette: 0.28, noise: 3.2, blurPx: 0.8, quality: 76 },
  },
];
