import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Keyset } from '../../database/keyset.ts';
import { countRows } from '../../database/pool.ts';
import type { CatalogImportRow, DB } from '../../database/types.generated.ts';
import type { ItemFields } from '../item-fields.ts';
import type { ImportedPicture, ImportOutcome } from './row.ts';

export type StoredRow = Selectable<CatalogImportRow>;

export interface NewImportRow {
  row_number: number;
  custom_id: string | null;
  fields: ItemFields;
  pictures: (ImportedPicture | null)[];
  /** Why it is FAILED from the start; null: it is to be done. */
  message: string | null;
}

export async function insertImportRows(
  trx: Transaction<DB>,
  organizationId: string,
  importId: string,
  rows: readonly NewImportRow[],
): Promise<void> {
  await sql`
    insert into catalog_import_row (organization_id, import_id, row_number, custom_id, fields, pictures, outcome, message)
    select ${organizationId}, ${importId}, row_number, custom_id, fields, pictures,
      case when message is not null then 'FAILED' end, message
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      row_number integer, custom_id text, fields jsonb, pictures jsonb, message text)`.execute(trx);
}

/** The next row that is not done; undefined: all are. */
export function findNextRow(trx: Transaction<DB>, organizationId: string, importId: string) {
  return trx
    .selectFrom('catalog_import_row')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('import_id', '=', importId)
    .where('outcome', 'is', null)
    .orderBy('row_number')
    .limit(1)
    .executeTakeFirst();
}

export interface RowResult {
  outcome: ImportOutcome;
  /** Why it is FAILED; else null. */
  message: string | null;
  /** UUID; null: there is none, or there would be none yet (dry run). */
  itemId: string | null;
}

export async function setRowResult(trx: Transaction<DB>, row: StoredRow, result: RowResult): Promise<void> {
  await trx
    .updateTable('catalog_import_row')
    .set({ outcome: result.outcome, message: result.message, catalog_item_id: result.itemId })
    .where('organization_id', '=', row.organization_id)
    .where('import_id', '=', row.import_id)
    .where('row_number', '=', row.row_number)
    .execute();
}

export interface RowList {
  organizationId: string;
  importId: string;
  /** Absent: all rows. */
  outcome?: ImportOutcome | undefined;
}

function selectRows(db: Kysely<DB>, { organizationId, importId, outcome }: RowList) {
  return db
    .selectFrom('catalog_import_row')
    .where('organization_id', '=', organizationId)
    .where('import_id', '=', importId)
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome!));
}

/** In the order of the file. */
export function listImportRows(db: Kysely<DB>, list: RowList, page: Keyset): Promise<StoredRow[]> {
  return selectRows(db, list)
    .selectAll()
    .$if(page.after !== null, (query) => query.where('row_number', '>', Number(page.after)))
    .orderBy('row_number')
    .limit(page.limit)
    .execute();
}

export async function countImportRows(db: Kysely<DB>, list: RowList): Promise<number> {
  const { count } = await selectRows(db, list).select(countRows().as('count')).executeTakeFirstOrThrow();
  return count;
}

/** Those of the images that no further row of the import needs: rows that name the same file share its image. */
export async function listNeededNoMore(
  trx: Transaction<DB>,
  row: StoredRow,
  imageIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${[...imageIds]}::text[]) id
    where not exists (
      select from catalog_import_row other
      where other.organization_id = ${row.organization_id} and other.import_id = ${row.import_id}
        and other.row_number <> ${row.row_number} and other.outcome is null
        and other.pictures @> jsonb_build_array(jsonb_build_object('imageId', id)))`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Images that were stored for rows that are not done. */
export async function listPendingImageIds(db: Kysely<DB>, organizationId: string, importId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct picture ->> 'imageId' as id
    from catalog_import_row row, jsonb_array_elements(row.pictures) picture
    where row.organization_id = ${organizationId} and row.import_id = ${importId} and row.outcome is null
      and picture ->> 'imageId' is not null`.execute(db);
  return rows.map(({ id }) => id);
}
