import type {
  ArgBuilder,
  FieldMap,
  InputFieldMap,
  InputShapeFromFields,
  ObjectFieldBuilder,
  ObjectRef,
} from '@pothos/core';
import type { Transaction } from 'kysely';
import type { Context } from '../../src/context.ts';
import type { DB } from '../../src/database/types.generated.ts';
import type { EventKind } from '../../src/events/event.ts';
import type { StreamRequest } from '../../src/events/stream.ts';
import { loadEventEntity } from '../../src/events/tick.ts';
import { encodeId, type IdKind } from '../../src/ids.ts';
import type { Restriction } from '../../src/organizations/restriction.ts';
import { builder, type Types } from './builder.ts';
import { narrowingOf } from './caller.ts';
import type { FindEntities } from './find-together.ts';
import {
  afterDescription,
  type Delivered,
  type OwnStream,
  openStream,
  StreamEvent,
  someMustExist,
  streamUnion,
} from './stream.ts';

/** A type of change. */
interface Change<Kind extends EventKind> {
  name: string;
  description: string;
  /** Fields of the change besides the time, the id and the entity. */
  fields?: (t: ObjectFieldBuilder<Types, Delivered<Kind>>) => FieldMap;
}

interface EntitySubscription<Kind extends EventKind, Row extends { id: string }, Args extends InputFieldMap> {
  description: string;
  /** The kind of events to deliver. */
  kind: Kind;
  /** Name of the union that the field delivers: the change or StreamResync. */
  union: string;
  change: Change<Kind>;
  /** Further types of change, for those events for which `is` is true. */
  otherChanges?: readonly (Change<Kind> & { is(event: Delivered<Kind>['event']): boolean })[];
  entity: {
    /** The field with the entity; the field `${field}Id` has its id. */
    field: string;
    /** Its name in descriptions. */
    noun: string;
    idKind: IdKind;
    type: ObjectRef<Types, unknown, Row>;
    find: FindEntities<Row>;
  };
  /** Limited session tokens that may subscribe; see FieldOptions.permits. */
  permits?: readonly Restriction[];
  /** Arguments besides `after`. */
  args: (t: ArgBuilder<Types>) => Args;
  /** The part of the request that limits the stream, and makes it finite. */
  narrow(args: InputShapeFromFields<Args>, context: Context): Omit<OwnStream<Kind>, 'kind' | 'after'>;
  /** Checks that other objects exist, such as the batch of the analyses. @throws GraphQLError NOT_FOUND */
  mustExist?: (args: InputShapeFromFields<Args>, context: Context) => Promise<void>;
}

/**
 * Defines a subscription to the changes of one kind of entity: its field, the type of the change, and the union of both.
 * @returns the union, and how arguments become the request for a stream, for fields that read the same events in another way
 */
export function entitySubscription<Kind extends EventKind, Row extends { id: string }, Args extends InputFieldMap>(
  field: string,
  options: EntitySubscription<Kind, Row, Args>,
): {
  union: ReturnType<typeof streamUnion<Kind>>;
  toRequest(
    args: InputShapeFromFields<Args>,
    after: string | null | undefined,
    context: Context,
  ): Promise<OwnStream<Kind>>;
} {
  const others = (options.otherChanges ?? []).map((change) => ({ type: changeType(options, change), is: change.is }));
  const variants = [...others, { type: changeType(options, options.change) }];
  const union = streamUnion(options.union, variants, `What ${field} delivers.`);
  const toRequest = async (
    args: InputShapeFromFields<Args>,
    after: string | null | undefined,
    context: Context,
  ): Promise<OwnStream<Kind>> => {
    const narrowed = options.narrow(args, context);
    // A stream over nothing would complete at once, as if everything had ended.
    await options.mustExist?.(args, context);
    const seen = narrowed.entityIds && (await someMustExist(context, options.entity, narrowed.entityIds));
    const request = { ...narrowed, kind: options.kind, after: after ?? null } as OwnStream<Kind>;
    return seen && narrowingOf(context) ? onlySeen(request, seen) : request;
  };
  builder.subscriptionField(field, (t) =>
    t.field({
      type: union,
      description: options.description,
      permits: options.permits ?? [],
      args: { ...options.args(t.arg), after: t.arg.string({ description: afterDescription }) },
      subscribe: async (_root, args: unknown, context) => {
        // TypeScript cannot split the arguments of a map of fields that it does not know yet.
        const { after, ...rest } = args as { after?: string | null } & InputShapeFromFields<Args>;
        return openStream(context, await toRequest(rest as InputShapeFromFields<Args>, after, context));
      },
      resolve: (item) => item as never,
    }),
  );
  return { union, toRequest };
}

/**
 * Without objects that a caller limited to tasks or places does not see. Deleted objects are left out as well, because their task
 * and place are unknown.
 */
function onlySeen<Request extends Pick<StreamRequest, 'entityIds' | 'members'>>(
  request: Request,
  seen: readonly string[],
): Request {
  const { members } = request;
  return {
    ...request,
    entityIds: seen,
    ...(members && {
      members: async (trx: Transaction<DB>) => (await members(trx)).filter(({ entityId }) => seen.includes(entityId)),
    }),
  };
}

function changeType<Kind extends EventKind, Row extends { id: string }, Args extends InputFieldMap>(
  { entity }: EntitySubscription<Kind, Row, Args>,
  change: Change<Kind>,
) {
  return builder.objectRef<Delivered<Kind>>(change.name).implement({
    description: change.description,
    interfaces: [StreamEvent],
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'When the change happened.', resolve: ({ event }) => event.at }),
      [`${entity.field}Id`]: t.id({
        description: `The id of the ${entity.noun}.`,
        resolve: ({ event }) => encodeId(entity.idKind, event.entityId),
      }),
      ...change.fields?.(t),
      [entity.field]: t.field({
        type: entity.type,
        nullable: true,
        description: `The ${entity.noun} in its current state, which may be later than this change. Null if it has been deleted.`,
        resolve: ({ event }, _args, { app }) =>
          loadEventEntity(event, (ids) =>
            loadInOrder(ids, (row) => row.id, entity.find(app.db, event.organizationId, ids)),
          ) as never,
      }),
    }),
  });
}

/** Sorts rows into the order of the ids; null for an id without a row. */
async function loadInOrder<Row>(
  ids: readonly string[],
  idOf: (row: Row) => string,
  rows: Promise<readonly Row[]>,
): Promise<(Row | null)[]> {
  const byId = new Map((await rows).map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}
