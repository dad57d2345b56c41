import type { Context } from '../../src/context.ts';
import { maxVisitPictures } from '../../src/visits/visit-compliance.repository.ts';
import { findVisits, findVisitsNamed, type VisitRow } from '../../src/visits/visits.repository.ts';
import { readVisitCompliance } from '../../src/visits/visits.service.ts';
import { Analysis, AnalysisConnection } from '../analyses/analysis.ts';
import { basisArg } from '../analyses/basis.ts';
import { connectAnalyses, listArgs } from '../analyses/queries.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType, pageComplexity } from '../core/connection.ts';
import { loaderBy, rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { type ComplianceShape, complianceFields } from '../planograms/compliance.ts';

export const VisitStatus = builder.enumType('VisitStatus', {
  description: 'Whether images and videos may follow.',
  values: {
    OPEN: { description: 'Images and videos may follow.' },
    CLOSING: { description: 'No image or video follows, and some analyses have not ended.' },
    CLOSED: {
      description:
        'All analyses have ended, and no image or video follows. Another image or video opens the visit again.',
    },
  } as const,
});

const VisitCompliance = builder.objectRef<ComplianceShape>('VisitCompliance').implement({
  description:
    'How all images of a visit agree with a planogram together: what one image does not show, another may. A product that any of them shows in its place is there.',
  fields: (t) =>
    complianceFields(t, {
      score: 'The score of all images together; see Compliance.score.',
      positions: 'The positions of the planogram in its order, each as the image says that shows it best.',
    }),
});

/** A visit: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. */
export const Visit = builder.loadableNodeRef(
  'Visit',
  rowsById((ids, context) => findVisits(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

Visit.implement({
  description:
    'Images and videos that belong together because they were submitted with the same visitId, for example those of one shop on one day.',
  isTypeOf: undefined,
  fields: (t) => ({
    visitId: t.exposeString('visit_id', { description: "The client's own id for the visit." }),
    status: t.field({ type: VisitStatus, description: 'The current status.', resolve: (row) => row.status }),
    analyses: t.field({
      type: AnalysisConnection,
      description: 'The analyses of its images.',
      args: listArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ visit_id }, args, context, info) => connectAnalyses(context, args, info, { visitId: visit_id }),
    }),
    compliance: t.field({
      type: [VisitCompliance],
      description: `How its images agree with planograms together: an entry for each version of a planogram by which images were judged. Of an image that was rerun, the latest run counts. Of more than ${maxVisitPictures} images, the first ones count. Videos do not count.`,
      complexity: { field: 10, multiplier: 2 },
      args: { basis: basisArg(t.arg) },
      resolve: async ({ visit_id: visitId }, { basis }, context) => {
        const asked = { visitId, basis, narrowing: narrowingOf(context) };
        const judged = await readVisitCompliance(context.app, organizationOf(context), asked);
        return judged.map((one) => ({
          ...one,
          basis,
          positions: one.positions.map(({ picture, ...position }) => ({ ...position, basis, analysis: picture })),
        }));
      },
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the first image or video was submitted.',
      resolve: (row) => row.created_at,
    }),
    closedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the visit was closed. Null unless it is CLOSED.',
      resolve: (row) => row.closed_at,
    }),
  }),
});

registerNode('Visit', (context, id) => Visit.getDataloader(context).load(id));

export const VisitConnection = connectionType<VisitRow>('Visit', Visit);

const visitLoader = loaderBy(
  (visit: VisitRow) => visit.visit_id,
  (visitIds, context) => findVisitsNamed(context.app.db, organizationOf(context), visitIds),
);

/** A visit by the client's own id; null: there is no id, or the visit is gone. */
export function loadVisitNamed(context: Context, visitId: string | null): Promise<VisitRow | null> | null {
  return visitId === null ? null : visitLoader(context).load(visitId);
}

builder.objectField(Analysis, 'visit', (t) =>
  t.field({
    type: Visit,
    nullable: true,
    description: 'The visit that the image belongs to. Null if it was submitted without a visitId.',
    resolve: ({ visit_id }, _args, context) => loadVisitNamed(context, visit_id),
  }),
);
