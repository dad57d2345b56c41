/** How many rows of what an installation with so many analyses has. */
export interface Size {
  analyses: number;
  batches: number;
  /** The first one has a tenth of all analyses; the others share the rest. */
  organizations: number;
  /** Of the first organisation; the others have {@link fewItems}. */
  catalogItems: number;
}

export const batchSize = 50;
/** Images of a batch: each is analysed ten times. */
export const imagesOfBatch = 5;
export const detectionsOfAnalysis = 10;
export const fewItems = 100;
/** All analyses were submitted within so many days, the last ones now: a larger installation is a busier one. */
export const periodDays = 30;

/** With fewer, the first organisation has no batch of each kind. */
const fewestBatches = 200;

/** Blocks of batches: the first of each is of the first organisation. */
export const batchesOfBlock = 10;

export function sizeOf(analyses: number): Size {
  const batches = Math.max(fewestBatches, Math.ceil(analyses / batchSize / batchesOfBlock) * batchesOfBlock);
  return {
    analyses: batches * batchSize,
    batches,
    organizations: Math.max(10, Math.round(analyses / 10_000)),
    catalogItems: Math.max(fewItems, Math.round(analyses / 1_000)),
  };
}

/** Analyses of an organisation by its number, 0 for the first one. */
export function analysesOf({ analyses, organizations }: Size, number: number): number {
  return number === 0 ? analyses / 10 : (analyses * 0.9) / (organizations - 1);
}
