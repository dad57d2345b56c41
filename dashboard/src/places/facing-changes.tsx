import { formatCount, formatFacings } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { compareFacings, type FacingChange } from './differences.ts';
import type { Occasion } from './occasion.ts';
import styles from './occasion-card.module.css';

type Row = FacingChange & { id: string };

/** The items that have more or fewer facings than before, with or without a planogram. */
export function FacingChanges({ before, after }: { before: Occasion; after: Occasion }) {
  const changes = compareFacings(before.pictures, after.pictures);
  if (changes === null)
    return (
      <Card title="Facings">
        <p className={styles.soft}>
          They cannot be compared: a picture has not been recognised, or its task did not have{' '}
          <i>Compute shares of the shelf</i> set when it was submitted.
        </p>
      </Card>
    );
  const rows = changes.map((row) => ({ ...row, id: row.item?.id ?? '' }));
  return (
    <Card title={`Items with more or fewer facings: ${formatCount(rows.length)}`}>
      {rows.length === 0 ? (
        <p className={styles.soft}>None: every item has as many facings as before.</p>
      ) : (
        <>
          <DataTable label="items" columns={columns} rows={rows} />
          {Math.max(before.pictures.length, after.pictures.length) > 1 && (
            <p className={styles.soft}>A product that several pictures show counts once for each.</p>
          )}
        </>
      )}
    </Card>
  );
}

const signed = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' });

const columns: Column<Row>[] = [
  { heading: 'Item', render: ({ item }) => item?.name ?? 'Not in the catalogue' },
  { heading: 'Change', isNumber: true, render: ({ before, after }) => <b>{signed.format(after - before)}</b> },
  { heading: 'Before', isNumber: true, render: ({ before }) => formatFacings(before) },
  { heading: 'After', isNumber: true, render: ({ after }) => formatFacings(after) },
];
