import type { ProductPipeline } from '../../models/load-pipelines.ts';
import { type Evaluation, roundDown, wantedRight } from '../../recognition/evaluation/evaluate.ts';

/** A setting that the measured pictures suggest. */
export interface Proposal {
  /** The file to change, relative to the models folder. */
  file: string;
  setting: string;
  now: number;
  /** null: do not change it. */
  proposed: number | null;
  why: string;
}

/** Minimum gain in F1; less depends on the pictures, and is not worth a new version. */
const leastGain = 0.01;

/** The settings for the best F1 of the detector, and for 99 % right names. */
export function proposeSettings(pipeline: ProductPipeline, evaluation: Evaluation): Proposal[] {
  const proposals: Proposal[] = [];
  const { bestThreshold, atThreshold, naming } = evaluation;
  const { key, manifest, variant } = pipeline.steps.detector.model;
  const file = `pipelines/${pipeline.file}`;
  if (bestThreshold) {
    const gain = bestThreshold.f1 - atThreshold.f1;
    const proposed = gain < leastGain ? null : roundDown(bestThreshold.threshold);
    const best = `the best F1, ${bestThreshold.f1.toFixed(3)}`;
    const why = proposed === null ? `within ${leastGain} of ${best}` : best;
    proposals.push({
      file: `${key.replace('@', '/')}/manifest.json`,
      setting: `variants.${variant}.threshold`,
      now: manifest.variants[variant]!.threshold,
      proposed,
      why,
    });
    // The confidence of detections without a name is their objectness, so the pipeline's threshold removes them as well.
    if (proposed !== null && proposed < pipeline.threshold) {
      proposals.push({
        file,
        setting: 'threshold',
        now: pipeline.threshold,
        proposed,
        why: 'otherwise it removes these boxes',
      });
    }
  }
  if (naming) proposals.push({ file, ...acceptSetting(pipeline), ...proposeAccept(naming.acceptProposal) });
  return proposals;
}

/** From which probability this pipeline names, and the setting that says so. */
export function acceptSetting({ verification, matching }: ProductPipeline): Pick<Proposal, 'setting' | 'now'> {
  return verification
    ? { setting: 'verification.acceptConfidence', now: verification.acceptConfidence }
    : { setting: 'matching.acceptConfidence', now: matching.acceptConfidence };
}

/** With fewer, 99 % means little: if none of 300 is wrong, at most 1 % are, with 95 % confidence (the rule of three). */
const enoughNamed = 300;

function proposeAccept(
  accept: NonNullable<Evaluation['naming']>['acceptProposal'],
): Pick<Proposal, 'proposed' | 'why'> {
  const wanted = `${wantedRight * 100} % right`;
  if (!accept) return { proposed: null, why: `no value gives ${wanted}` };
  const { acceptConfidence, named, right, coverage } = accept;
  const covered = coverage === null ? '' : `, ${(coverage * 100).toFixed(0)} % of the found items named`;
  const few = named < enoughNamed ? `; too few to be sure of ${wanted}: label more` : '';
  return { proposed: roundDown(acceptConfidence), why: `${right} of ${named} right${covered}${few}` };
}

export function describeProposals(proposals: readonly Proposal[]): string {
  const lines = proposals.map(({ file, setting, now, proposed, why }) => {
    const value = proposed === null ? 'unchanged' : proposed;
    return `  ${file}: ${setting} ${now} -> ${value} (${why})`;
  });
  return ['Proposed settings; give the changed pipeline a new version:', ...lines].join('\n');
}
