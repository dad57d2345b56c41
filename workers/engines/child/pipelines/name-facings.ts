import type { VerificationSettings } from '../../../../src/models/pipeline-file.ts';
import type { Box } from '../../../../src/recognition/box.ts';
import { type Naming, nameDetection } from '../../../../src/recognition/naming.ts';
import { type Facing, groupAlike, smoothNeighbors } from '../../../../src/recognition/smoothing.ts';
import type { ItemMatrix } from '../../protocol/item-matrix.ts';
import type { FoundDetection } from '../../protocol/jobs.ts';
import type { WaitingGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import type { FeatureSession } from '../steps/verify/feature-session.ts';
import { frameRegion } from '../steps/verify/frames.ts';
import { verifyFacings } from '../steps/verify/verify-facings.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';
import { makeAhead } from './make-ahead.ts';
import type { NamingRequest } from './naming-request.ts';

export type MatchedNaming = Naming & Pick<FoundDetection, 'matchedBy'>;

/** The input for naming facings. */
export interface NamingContext {
  picture: DecodedPicture;
  pipeline: ReadyProductPipeline;
  /** The region of each facing, in whole pixels. */
  regions: readonly Box[];
  items: ItemMatrix;
  request: NamingRequest;
  guard: WaitingGuard;
}

/**
 * Names each facing, or leaves it open: by local features if the pipeline has a verifier, otherwise by appearance; then by
 * neighbours.
 */
export async function nameFacings(facings: readonly Facing[], context: NamingContext): Promise<MatchedNaming[]> {
  const { pipeline, request } = context;
  const { alikeCosine } = pipeline.settings.matching;
  const { topCandidates } = request.options;
  const verifier = findVerifier(pipeline);
  const namings = verifier
    ? await nameByDetails(facings, verifier, context)
    : facings.map((facing) => nameByAppearance(facing, context));
  if (!request.options.smoothNeighbors) return namings;
  const named = facings.map((facing, index) => {
    const naming = namings[index]!;
    return { ...facing, naming, keepsName: naming.matchedBy === 'VERIFIED' };
  });
  return smoothNeighbors(named, { alikeCosine, topCandidates }).map(({ fromNeighbors, ...naming }, index) => ({
    ...naming,
    matchedBy: fromNeighbors ? 'NEIGHBOR' : namings[index]!.matchedBy,
  }));
}

/** The features to compare with. */
interface Verifier {
  session: FeatureSession;
  settings: VerificationSettings;
  /** name@version of the model. */
  version: string;
}

/** null: the pipeline has none. */
function findVerifier({ verifier, settings }: ReadyProductPipeline): Verifier | null {
  const { verification, verifierVersion } = settings;
  if (!verifier || !verification || verifierVersion === null) return null;
  return { session: verifier, settings: verification, version: verifierVersion };
}

function nameByAppearance({ box, embedding }: Facing, { pipeline, items, request }: NamingContext): MatchedNaming {
  const { topCandidates } = request.options;
  const naming = nameDetection(embedding, box.score, items, pipeline.settings.matching, topCandidates);
  return { ...naming, matchedBy: naming.itemId === null ? null : 'APPEARANCE' };
}

function nameByDetails(
  facings: readonly Facing[],
  { session, settings, version }: Verifier,
  { picture, pipeline, regions, items, request, guard }: NamingContext,
): Promise<MatchedNaming[]> {
  const { matching } = pipeline.settings;
  const find = async (index: number) => {
    const { rgb, valid } = await frameRegion(picture, regions[index]!, session.side);
    return session.run(rgb, valid);
  };
  return verifyFacings(facings, groupAll(facings, matching.alikeCosine), {
    verification: settings,
    matching,
    items,
    features: request.features,
    scope: { jobId: request.jobId, model: version, guard },
    topCandidates: request.options.topCandidates,
    spreads: request.options.smoothNeighbors,
    lookAhead: (order) => makeAhead(order, session.atOnce, find),
  });
}

/** Every facing in exactly one group, the largest of each group first, because it shows the most. */
function groupAll(facings: readonly Facing[], alikeCosine: number): number[][] {
  const groups = groupAlike(facings, alikeCosine);
  const grouped = new Set(groups.flat());
  const alone = facings.flatMap((_, index) => (grouped.has(index) ? [] : [[index]]));
  const area = (index: number) => facings[index]!.box.width * facings[index]!.box.height;
  return [...groups, ...alone].map((group) => group.sort((a, b) => area(b) - area(a) || a - b));
}
