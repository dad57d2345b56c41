import type { AnalysisRow } from '../../src/analyses/columns.ts';
import type { ResultBasis } from '../../src/analyses/corrections/correction.ts';
import { noCounts } from '../../src/analyses/statistics/counts.ts';
import { type PlaceCounts, readPlaceCounts } from '../../src/analyses/statistics/stats.service.ts';
import type { Context } from '../../src/context.ts';
import { countRaisedAt, type PlaceAlerts } from '../../src/places/alerts.repository.ts';
import { countPlaces, listPlaces } from '../../src/places/places.repository.ts';
import { Analysis } from '../analyses/analysis.ts';
import { basisArg } from '../analyses/basis.ts';
import { AnalysisCounts } from '../analyses/counts.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { type CursorKey, connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { loaderBy } from '../core/loaders.ts';

/** One read of the counters for a page of places, for each basis. */
const countsLoaders = { FOUND: countsLoader('FOUND'), CORRECTED: countsLoader('CORRECTED') };

function countsLoader(basis: ResultBasis) {
  return loaderBy(
    (place: PlaceCounts) => place.placeId,
    (placeIds, context) => readCounts(context, placeIds, basis),
  );
}

function readCounts(context: Context, placeIds: readonly string[], basis: ResultBasis): Promise<PlaceCounts[]> {
  return readPlaceCounts(context.app.db, organizationOf(context), placeIds, { narrowing: narrowingOf(context), basis });
}

/** One count for a page of places. */
const alertsLoader = loaderBy(
  (place: PlaceAlerts) => place.placeId,
  (placeIds, context) => countRaised(context, placeIds),
);

function countRaised(context: Context, placeIds: readonly string[]): Promise<PlaceAlerts[]> {
  return countRaisedAt(context.app.db, organizationOf(context), placeIds, narrowingOf(context));
}

/** A place consists of what analyses say about it, so it is represented by its latest analysis. */
export const Place = builder.objectRef<AnalysisRow>('Place').implement({
  description:
    'A place where pictures were taken, as clients name it with `placeId`. It exists as long as an analysis names it.',
  fields: (t) => ({
    id: t.id({ description: "The client's own id for the place: a `placeId`.", resolve: (latest) => latest.place_id! }),
    latestAnalysis: t.field({
      type: Analysis,
      description: 'The analysis of this place that was submitted last, in any status.',
      resolve: (latest) => latest,
    }),
    counts: t.field({
      type: AnalysisCounts,
      description: 'Counts of all analyses of this place.',
      args: { basis: basisArg(t.arg) },
      resolve: async ({ place_id }, { basis }, context) =>
        (await countsLoaders[basis](context).load(place_id!))?.counts ?? noCounts(),
    }),
    raisedAlertCount: t.int({
      description: 'Number of shelf alerts of this place that are RAISED.',
      complexity: 1,
      resolve: async ({ place_id }, _args, context) => (await alertsLoader(context).load(place_id!))?.raised ?? 0,
    }),
  }),
});

const PlaceConnection = connectionType<AnalysisRow>('Place', Place);

const PlaceFilter = builder.inputType('PlaceFilter', {
  description: 'Filters for places; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    ids: t.stringList({ description: 'Only these places, by their `placeId`.' }),
    text: t.string({ description: 'Only places whose id contains this text, in upper or lower case.' }),
    hasRaisedAlerts: t.boolean({
      description: 'Only places with a shelf alert that is RAISED, or only those without one.',
    }),
  }),
});

/** A placeId: any text of up to 255 characters. */
const placeKey: CursorKey<AnalysisRow> = {
  name: 'places',
  of: ({ place_id }) => place_id!,
  pattern: /^[^\0]{0,255}$/u,
};

builder.queryField('places', (t) =>
  t.field({
    type: PlaceConnection,
    description: 'The places that analyses of the organisation name, in the order of their ids.',
    permits: ['NARROWED'],
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: PlaceFilter, description: 'Which places to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { db } = context.app;
      const wanted = {
        placeIds: filter?.ids ?? undefined,
        text: filter?.text ?? undefined,
        hasRaisedAlerts: filter?.hasRaisedAlerts ?? undefined,
        narrowing: narrowingOf(context),
      };
      return connect(page, placeKey, {
        load: (keyset) => listPlaces(db, organizationId, wanted, keyset),
        count: () => countPlaces(db, organizationId, wanted),
      });
    },
  }),
);
