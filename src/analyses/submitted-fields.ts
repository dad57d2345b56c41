import type { Selectable } from 'kysely';
import type { Analysis } from '../database/types.generated.ts';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { text } from '../validation/rules.ts';
import { checkLocation, type Location } from './location.ts';

type Row = Selectable<Analysis>;

/** An SQL type, as used in a list of columns. */
export type ColumnType = 'uuid' | 'text' | 'text[]' | 'integer' | 'float8' | 'boolean' | 'jsonb';

/** A field that clients submit with an image and that its analysis stores unchanged. */
interface SubmittedField<Value, Column extends keyof Row> {
  /** Its columns of `analysis`, which are also its columns of CSV files. */
  columns: Record<Column, ColumnType>;
  toColumns(value: Value): Record<Column, unknown>;
  fromColumns(row: Pick<Row, Column>): Value;
  /** The problems of its value. */
  check(value: Value, path: readonly string[]): ValidationIssue[];
}

/**
 * Every such field, by its name in the schema. Inserts, selects, copies for reruns, checks and exports are derived from this list;
 * the inputs are in schema/batches/inputs.ts, the fields that clients see in schema/analyses/common-fields.ts.
 */
const fields = {
  externalId: textField('external_id', text('externalId', { max: 255 })),
  placeId: textField('place_id', text('placeId', { max: 255 })),
  visitId: textField('visit_id', text('visitId', { min: 1, max: 255 })),
  location: field<Location | null, 'latitude' | 'longitude'>({
    columns: { latitude: 'float8', longitude: 'float8' },
    toColumns: (location) => ({ latitude: location?.latitude ?? null, longitude: location?.longitude ?? null }),
    fromColumns: ({ latitude, longitude }) =>
      latitude === null || longitude === null ? null : { latitude, longitude },
    check: checkLocation,
  }),
  metadata: field<Record<string, unknown>, 'metadata'>({
    columns: { metadata: 'jsonb' },
    toColumns: (metadata) => ({ metadata }),
    fromColumns: ({ metadata }) => metadata as Record<string, unknown>,
    check: checkMetadata,
  }),
};

function field<Value, Column extends keyof Row>(definition: SubmittedField<Value, Column>) {
  return definition;
}

/** Text or null. */
function textField<Column extends keyof Row>(column: Column, rule: ReturnType<typeof text>) {
  return field<string | null, Column>({
    columns: { [column]: 'text' } as Record<Column, ColumnType>,
    toColumns: (value) => ({ [column]: value }) as Record<Column, unknown>,
    fromColumns: (row) => row[column] as string | null,
    check: (value, path) => findIssues(rule.nullable(), value, path),
  });
}

type Fields = typeof fields;
type FieldName = keyof Fields;
type ColumnOf<Name extends FieldName> = keyof Fields[Name]['columns'];

export type SubmittedFields = { [Name in FieldName]: ReturnType<Fields[Name]['fromColumns']> };
export type SubmittedColumn = { [Name in FieldName]: ColumnOf<Name> }[FieldName];

const entries = Object.entries(fields) as [FieldName, SubmittedField<unknown, SubmittedColumn>][];

/** Their columns with their types in SQL. */
export const submittedColumns = Object.assign({}, ...entries.map(([, { columns }]) => columns)) as Record<
  SubmittedColumn,
  ColumnType
>;

export const submittedColumnNames = Object.keys(submittedColumns) as SubmittedColumn[];

/** Only these fields of the argument. */
export function pickSubmitted(values: SubmittedFields): SubmittedFields {
  return Object.fromEntries(entries.map(([name]) => [name, values[name]])) as SubmittedFields;
}

/** As they are stored. */
export function toSubmittedColumns(values: SubmittedFields): Record<SubmittedColumn, unknown> {
  return Object.assign({}, ...entries.map(([name, { toColumns }]) => toColumns(values[name])));
}

/** As they were submitted. */
export function readSubmitted(row: Pick<Row, SubmittedColumn>): SubmittedFields {
  return Object.fromEntries(entries.map(([name, { fromColumns }]) => [name, fromColumns(row)])) as SubmittedFields;
}

/** @param path of the image in the input. */
export function checkSubmitted(values: SubmittedFields, path: readonly string[]): ValidationIssue[] {
  return entries.flatMap(([name, { check }]) => check(values[name], [...path, name]));
}
