import type { ObjectRef } from '@pothos/core';
import type { Context } from '../../src/context.ts';
import { InvalidCursorError } from '../../src/events/cursor.ts';
import { type EventKind, isPlaced } from '../../src/events/event.ts';
import type { StreamItem, StreamRequest } from '../../src/events/stream.ts';
import type { StreamPage } from '../../src/events/stream-page.ts';
import { decodeId, encodeId, type IdKind } from '../../src/ids.ts';
import { refusal } from '../../src/refusal.ts';
import { NotFoundError } from '../../src/user-error.ts';
import { builder, type Types } from './builder.ts';
import { narrowingOf, organizationOf } from './caller.ts';
import { type FindEntities, findTogether } from './find-together.ts';

/** An event as resolvers get it. */
export type Delivered<Kind extends EventKind = EventKind> = Extract<StreamItem<Kind>, { type: 'event' }>;
type Resync = Extract<StreamItem, { type: 'resync' }>;

export const StreamEvent = builder.interfaceRef<{ cursor: string }>('StreamEvent').implement({
  description: 'One event of a stream.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description:
        'The position of this event. Pass it as `after` to resume on any server process, without a gap or a repeat.',
    }),
  }),
});

const ResyncReason = builder.enumType('ResyncReason', {
  description: 'Why a stream cannot continue. More values may be added: treat an unknown one like the others.',
  values: {
    CURSOR_EXPIRED: { description: 'The events after the cursor are no longer stored.' },
    CURSOR_FOREIGN: {
      description:
        'The cursor belongs to another installation, or was issued before this one was restored from a backup.',
    },
    SUBSCRIBER_TOO_SLOW: {
      description: 'Events occurred faster than the client read them. Resuming from this cursor loses none of them.',
    },
  } as const,
});

export const StreamResync = builder.objectRef<Resync>('StreamResync').implement({
  description:
    'The stream cannot continue from its cursor, and completes. Read the current state again, then subscribe with this cursor as `after`.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    reason: t.field({
      type: ResyncReason,
      description: 'Why the stream cannot continue.',
      resolve: (item) => item.reason,
    }),
  }),
});

/** One type of event of a subscription. `is`: which changes it is the type of; absent: all. */
export interface StreamVariant<Kind extends EventKind> {
  type: ObjectRef<Types, Delivered<Kind>>;
  is?(event: Delivered<Kind>['event']): boolean;
}

/** The union that a subscription delivers: changes, of the first variant that they are of, or StreamResync. */
export function streamUnion<Kind extends EventKind>(
  name: string,
  variants: readonly StreamVariant<Kind>[],
  description: string,
) {
  return builder.unionType(name, {
    description,
    types: [...variants.map(({ type }) => type), StreamResync],
    resolveType: (item) =>
      item.type === 'resync' ? StreamResync : variants.find(({ is }) => is?.(item.event) ?? true)!.type,
  });
}

/** A request for a stream of what the caller sees. */
export type OwnStream<Kind extends EventKind> = Omit<StreamRequest<Kind>, 'organizationId' | 'narrowing'>;

/**
 * Limits a stream to what the caller sees.
 * @throws GraphQLError FORBIDDEN if the caller is limited to tasks or places, and the events do not contain these
 */
function ofCaller<Kind extends EventKind>(context: Context, request: OwnStream<Kind>): StreamRequest<Kind> {
  const narrowing = narrowingOf(context);
  const saysWhere = isPlaced(request.kind);
  // For other kinds, a limited caller follows objects by id, which were looked up before.
  if (narrowing && !saysWhere && !request.entityIds?.length) throw refusal('FORBIDDEN', nameThem);
  return {
    ...request,
    organizationId: organizationOf(context),
    narrowing: saysWhere ? narrowing : null,
  } as StreamRequest<Kind>;
}

const nameThem =
  'The session token is limited to some tasks or places, and sees only the objects of this stream that it names. Send their ids.';

/** Opens a stream of what the caller sees. @throws GraphQLError BAD_USER_INPUT if `after` is not a cursor, FORBIDDEN */
export function openStream<Kind extends EventKind>(
  context: Context,
  request: OwnStream<Kind>,
): AsyncIterableIterator<StreamItem<Kind>> {
  const own = ofCaller(context, request);
  try {
    return context.app.events.open(own);
  } catch (error) {
    throw asRefusal(error);
  }
}

/** Reads up to `first` items of such a stream, without waiting for any. @throws as above */
export async function readStream<Kind extends EventKind>(
  context: Context,
  request: OwnStream<Kind>,
  first: number,
): Promise<StreamPage<Kind>> {
  const own = ofCaller(context, request);
  try {
    return await context.app.events.read(own, first);
  } catch (error) {
    throw asRefusal(error);
  }
}

function asRefusal(error: unknown): unknown {
  return error instanceof InvalidCursorError ? refusal('BAD_USER_INPUT', error.message) : error;
}

/** The most ids of one stream, because each is looked up when the stream opens. */
const maxStreamIds = 500;

/**
 * The ids to which a stream is limited; undefined if there are none. A malformed id is an error here, unlike elsewhere: if it
 * were dropped, no id might remain, and no id means all.
 * @throws GraphQLError BAD_USER_INPUT
 */
export function streamIds(kind: IdKind, ids: readonly string[] | null | undefined): string[] | undefined {
  if (ids == null) return undefined;
  if (ids.length === 0) throw refusal('BAD_USER_INPUT', 'ids is empty. Omit it to follow all of them.');
  if (ids.length > maxStreamIds)
    throw refusal('BAD_USER_INPUT', `ids has ${ids.length} entries; expected at most ${maxStreamIds}.`);
  return [...new Set(ids)].map((id) => {
    const uuid = decodeId(kind, id);
    if (uuid === null) throw refusal('BAD_USER_INPUT', `"${id}" in ids is not an id of the expected kind.`);
    return uuid;
  });
}

/**
 * An id to which a stream is limited; undefined if there is none.
 * @throws GraphQLError BAD_USER_INPUT if it is malformed or of another kind
 */
export function streamId(kind: IdKind, id: string | null | undefined, name: string): string | undefined {
  if (id == null) return undefined;
  const uuid = decodeId(kind, id);
  if (uuid === null) throw refusal('BAD_USER_INPUT', `"${id}" in ${name} is not an id of the expected kind.`);
  return uuid;
}

/**
 * At least one of the objects must exist. The others may be missing: retention may have deleted them, which must not keep a
 * stream from resuming.
 * @returns those that the caller sees
 * @throws GraphQLError NOT_FOUND if none of them exists in the caller's organisation
 */
export async function someMustExist(
  context: Context,
  entity: {
    idKind: IdKind;
    find: FindEntities<{ id: string }>;
  },
  ids: readonly string[],
): Promise<string[]> {
  const { db } = context.app;
  const organizationId = organizationOf(context);
  const narrowing = narrowingOf(context);
  const found = narrowing
    ? await entity.find(db, organizationId, ids, narrowing)
    : await findTogether(db, entity.find, { organizationId, ids });
  if (found.length === 0) throw refusal('NOT_FOUND', new NotFoundError(encodeId(entity.idKind, ids[0]!)).message);
  return found.map(({ id }) => id);
}

builder.queryField('eventCursor', (t) =>
  t.string({
    permits: ['NARROWED'],
    description:
      'The position in the event log just before the other fields of this request were read. Query it together with the state you need, then pass it to a subscription as `after`: no change is missed.',
    resolve: (_root, _args, { openingCursor }) => {
      if (openingCursor === null) throw new Error('The context of a query for eventCursor lacks the opening cursor.');
      return openingCursor;
    },
  }),
);

export const afterDescription =
  'The cursor of the last event that you received, or an eventCursor: the stream delivers everything that followed. Default: the stream starts now. A stream about given ids or a batch first delivers the current state of each of them.';
