import { memo } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatDuration, formatShare } from '../format/format.ts';
import type { ListWindow } from '../lists/list-window.ts';
import type { Selection } from '../lists/use-selection.ts';
import { VirtualRows } from '../lists/virtual-rows.tsx';
import { nameOf } from '../ui/analysis-name.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { AnalysisRowFragment } from './analyses.generated.ts';
import styles from './analysis-table.module.css';

const lineHeight = 44;
const headings = ['', 'Name', 'Status', 'Task', 'Place', 'Submitted', 'Took', 'Found', 'Confidence'];

interface AnalysisTableProps {
  list: ListWindow<AnalysisRowFragment>;
  selection: Selection;
}

export function AnalysisTable({ list, selection }: AnalysisTableProps) {
  return (
    // It scrolls sideways on a phone: the keyboard reaches it.
    <section className={styles.scroll} tabIndex={0} aria-label="Table of analyses">
      <div
        role="table"
        aria-label="Analyses"
        aria-rowcount={list.isComplete ? list.length + 1 : -1}
        className={styles.table}
      >
        <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.head}`}>
          {headings.map((heading) => (
            <span role="columnheader" key={heading}>
              {heading || <span className="visually-hidden">Selected</span>}
            </span>
          ))}
        </div>
        <VirtualRows
          list={list}
          lineHeight={lineHeight}
          renderLine={(index) => <Row index={index} row={list.row(index)} selection={selection} />}
        />
      </div>
    </section>
  );
}

interface RowProps {
  index: number;
  row: AnalysisRowFragment | undefined;
  selection: Selection;
}

/** Rows that stay as they are, are not rendered again with each page of the list that arrives. */
const Row = memo(function Row({ index, row, selection }: RowProps) {
  if (row === undefined) return <div role="row" aria-rowindex={index + 2} className={styles.row} aria-busy />;
  const name = nameOf(row);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={styles.row}
      data-selected={selection.names.has(row.id) || undefined}
    >
      <span role="cell">
        <input
          type="checkbox"
          className={styles.check}
          aria-label={`Select ${name}`}
          checked={selection.names.has(row.id)}
          onChange={() => selection.toggle(row.id, name)}
        />
      </span>
      <span role="cell">
        <Link to={`/analyses/${row.id}`}>{name}</Link>
      </span>
      <span role="cell" title={row.failure?.message}>
        <StatusBadge status={row.status} />
      </span>
      <span role="cell">{row.task.name}</span>
      <span role="cell">{row.placeId ?? '–'}</span>
      <span role="cell">{formatDateTime(row.createdAt)}</span>
      <span role="cell">{row.durationSeconds === null ? '–' : formatDuration(row.durationSeconds * 1000)}</span>
      <span role="cell">{row.status === 'SUCCEEDED' ? formatCount(row.detectionCount) : '–'}</span>
      <span role="cell">{row.confidence === null ? '–' : formatShare(row.confidence)}</span>
    </div>
  );
});
