import type { ReactNode } from 'react';
import { formatCount } from '../format/format.ts';
import styles from './data-table.module.css';

export interface Column<Row> {
  heading: string;
  render(row: Row): ReactNode;
  /** Numbers are aligned at their ends. */
  isNumber?: boolean;
}

interface DataTableProps<Row> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** How many there are in all, of which `rows` are the newest. */
  totalCount?: number;
}

/** A table of a hundred rows at most. Long lists are virtualised, see lists/. */
export function DataTable<Row extends { id: string }>({ label, columns, rows, totalCount = 0 }: DataTableProps<Row>) {
  return (
    // It scrolls sideways on a phone: the keyboard reaches it.
    <section className={styles.scroll} tabIndex={0} aria-label={`Table of ${label}`}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ heading, isNumber }) => (
              <th key={heading} scope="col" className={isNumber ? styles.number : undefined}>
                {heading || <span className="visually-hidden">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map(({ heading, render, isNumber }) => (
                <td key={heading} className={isNumber ? styles.number : undefined}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {totalCount > rows.length && (
        <p className={styles.rest}>
          The newest {formatCount(rows.length)} of {formatCount(totalCount)} are shown.
        </p>
      )}
    </section>
  );
}
