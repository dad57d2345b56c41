import { ImageOff } from 'lucide-react';
import { memo } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime } from '../format/format.ts';
import type { ListWindow } from '../lists/list-window.ts';
import tile from '../lists/tile.module.css';
import { TileGrid } from '../lists/tile-grid.tsx';
import type { Selection } from '../lists/use-selection.ts';
import { Picture } from '../pictures/picture.tsx';
import { nameOf } from '../ui/analysis-name.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { AnalysisRowFragment } from './analyses.generated.ts';
import styles from './analysis-grid.module.css';

/** Below the picture. */
const textHeight = 82;

interface AnalysisGridProps {
  list: ListWindow<AnalysisRowFragment>;
  selection: Selection;
}

export function AnalysisGrid({ list, selection }: AnalysisGridProps) {
  return (
    <TileGrid
      label="Analyses"
      list={list}
      textHeight={textHeight}
      renderTile={(row) => row && <AnalysisTile row={row} selection={selection} />}
    />
  );
}

interface AnalysisTileProps {
  row: AnalysisRowFragment;
  selection: Selection;
}

/** Tiles that stay as they are, are not rendered again with each page of the list that arrives. */
const AnalysisTile = memo(function AnalysisTile({ row, selection }: AnalysisTileProps) {
  const name = nameOf(row);
  return (
    <>
      <Link to={`/analyses/${row.id}`} className={tile.link}>
        <span className={tile.picture}>
          {row.image?.url ? (
            <Picture url={row.image.url} alt="" loading="lazy" decoding="async" />
          ) : (
            <ImageOff aria-hidden />
          )}
        </span>
        <span className={tile.name}>{name}</span>
      </Link>
      <input
        type="checkbox"
        className={tile.check}
        aria-label={`Select ${name}`}
        checked={selection.names.has(row.id)}
        onChange={() => selection.toggle(row.id, name)}
      />
      <p className={styles.facts}>
        <StatusBadge status={row.status} />
        {row.status === 'SUCCEEDED' && <span>{formatCount(row.detectionCount)} found</span>}
      </p>
      <p className={styles.soft}>{row.failure?.message ?? formatDateTime(row.createdAt)}</p>
    </>
  );
});
