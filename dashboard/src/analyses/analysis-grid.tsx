import { ImageOff } from 'lucide-react';
import { useRef } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import type { ListWindow } from '../lists/list-window.ts';
import { VirtualRows } from '../lists/virtual-rows.tsx';
import { nameOf } from '../ui/analysis-name.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useWidth } from '../ui/use-width.ts';
import type { AnalysisRowFragment } from './analyses.generated.ts';
import styles from './analysis-grid.module.css';
import type { Selection } from './analysis-list.tsx';

const gap = 16;
const narrowest = 200;
/** Below the picture. */
const textHeight = 82;

interface AnalysisGridProps {
  list: ListWindow<AnalysisRowFragment>;
  selection: Selection;
}

export function AnalysisGrid({ list, selection }: AnalysisGridProps) {
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const columns = Math.max(2, Math.floor((width + gap) / (narrowest + gap)));
  const cardWidth = (width - gap * (columns - 1)) / columns;
  const lineHeight = Math.round(cardWidth * 0.75) + textHeight + gap;
  return (
    <div ref={element} className={styles.grid} role="list" aria-label="Analyses">
      {width > 0 && (
        <VirtualRows
          list={list}
          columns={columns}
          lineHeight={lineHeight}
          renderLine={(first) => (
            <div className={styles.line} role="presentation" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
              {Array.from({ length: Math.min(columns, list.length - first) }, (_, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place in the list, whatever stands there
                <AnalysisTile key={first + column} row={list.row(first + column)} selection={selection} />
              ))}
            </div>
          )}
        />
      )}
    </div>
  );
}

function AnalysisTile({ row, selection }: { row: AnalysisRowFragment | undefined; selection: Selection }) {
  if (row === undefined) return <div className={styles.tile} role="listitem" aria-busy />;
  const name = nameOf(row);
  return (
    <div className={styles.tile} role="listitem">
      <Link to={`/analyses/${row.id}`} className={styles.link}>
        <span className={styles.picture}>
          {row.image?.url ? (
            <img src={fileLink(row.image.url)} alt="" loading="lazy" decoding="async" />
          ) : (
            <ImageOff aria-hidden />
          )}
        </span>
        <span className={styles.name}>{name}</span>
      </Link>
      <input
        type="checkbox"
        className={styles.check}
        aria-label={`Select ${name}`}
        checked={selection.ids.has(row.id)}
        onChange={() => selection.toggle(row.id)}
      />
      <p className={styles.facts}>
        <StatusBadge status={row.status} />
        {row.status === 'SUCCEEDED' && (
          <span>
            {formatCount(row.detectionCount)} found
            {row.confidence !== null && `, ${formatShare(row.confidence)}`}
          </span>
        )}
      </p>
      <p className={styles.soft}>{row.failure?.message ?? formatDateTime(row.createdAt)}</p>
    </div>
  );
}
