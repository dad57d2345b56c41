import type { Direction, OrderedRow } from '../../src/database/ordered-list.ts';
import { type ListOrder, newestFirst, orderedKey } from '../../src/database/ordered-list.ts';
import { builder } from './builder.ts';
import type { CursorKey } from './connection.ts';

type Described<Value extends string> = Record<Value, { description: string }>;

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction of a list.',
  values: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Largest or newest first.' },
  } satisfies Described<Direction>,
});

/**
 * The input with which clients order a list.
 * @param name of the type of its entries, and `things` their plural: `Analysis`, `analyses`
 * @param fields what the list can be ordered by
 */
export function orderInput<Field extends string>(name: string, things: string, fields: Described<Field>) {
  const field = builder.enumType(`${name}OrderField`, {
    description: `What a list of ${things} can be ordered by.`,
    values: fields,
  });
  return builder.inputType(`${name}Order`, {
    description: `The order of a list of ${things}. Entries with equal values are ordered by their ids.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'What the list is ordered by.' }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'DESC',
        description: 'The direction of the list. Entries without a value come last in either direction.',
      }),
    }),
  });
}

const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const patterns = {
  /** Microseconds since 1970. */
  time: new RegExp(`^(\\d{1,17})?:${uuid}$`),
  /** The same, or only the id: lists of a period are in the order of times, those of all times in that of ids. */
  creation: new RegExp(`^(\\d{1,17}:)?${uuid}$`),
  /** A number from 0 to 1. */
  share: new RegExp(`^([01](\\.\\d{1,17})?|\\d(\\.\\d{1,17})?e-\\d{1,3})?:${uuid}$`),
};

/** By which values a list can be ordered besides the time of creation. */
export type OrderValues<Field extends string> = Record<Exclude<Field, 'CREATED_AT'>, 'time' | 'share'>;

/**
 * The cursors of a list that can be ordered. Each order has a name of its own, so that a cursor of another order is an error
 * instead of leading to an arbitrary page; that of the default order is the name of the list.
 */
export function orderKey<Field extends string, Row extends OrderedRow>(
  name: string,
  values: OrderValues<Field>,
  order: ListOrder<Field | 'CREATED_AT'>,
): CursorKey<Row> {
  const isDefault = order.field === newestFirst.field && order.direction === newestFirst.direction;
  const ownName = isDefault ? name : `${name}.${order.field}.${order.direction}`;
  if (order.field === 'CREATED_AT') return creationKey<Row>(ownName);
  const value = values[order.field as keyof OrderValues<Field>];
  return { name: ownName, of: orderedKey, pattern: patterns[value] };
}

/** The cursors of a list by time of creation, whether or not it is limited to a period. */
export function creationKey<Row extends OrderedRow>(name: string): CursorKey<Row> {
  return { name, of: (row) => (row.order_value == null ? row.id : orderedKey(row)), pattern: patterns.creation };
}
