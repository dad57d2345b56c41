import { ArrowRight } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import { Crop } from '../../analysis/crop.tsx';
import { shownPicture } from '../../analysis/shown-picture.ts';
import { formatDateTime, formatShare } from '../../format/format.ts';
import { Picture } from '../../pictures/picture.tsx';
import { nameOf } from '../../ui/analysis-name.ts';
import { Button } from '../../ui/button.tsx';
import type { ProposalFragment, ProposalItemFragment } from './proposals.generated.ts';
import styles from './proposals.module.css';

interface ProposalRowProps {
  proposal: ProposalFragment;
  /** Keys are about it. */
  isSelected: boolean;
  onSelect(): void;
  /** Null: the session may not approve. */
  onApprove: (() => void) | null;
  onRemove(): void;
}

/** What the box shows, what was found there, and what somebody says it is. */
export function ProposalRow({ proposal, isSelected, onSelect, onApprove, onRemove }: ProposalRowProps) {
  const { analysis, box, actor, createdAt, foundCatalogItem, catalogItem } = proposal;
  const row = useRef<HTMLLIElement>(null);
  const picture = useMemo(() => shownPicture(analysis.image), [analysis]);
  useEffect(() => {
    if (!isSelected) return;
    row.current?.scrollIntoView({ block: 'nearest' });
    // The button that had the focus may be gone with its row.
    if (document.activeElement === document.body) row.current?.focus({ preventScroll: true });
  }, [isSelected]);
  const proposed = describeProposed(proposal);
  return (
    <li
      ref={row}
      className={`${styles.row} ${isSelected ? styles.selected : ''}`}
      tabIndex={-1}
      aria-current={isSelected}
      onFocus={onSelect}
    >
      <div className={styles.crop}>{picture && <Crop picture={picture} box={box} />}</div>
      <Said label="Found" item={foundCatalogItem} text={describeFound(proposal)} />
      <ArrowRight className={styles.arrow} aria-hidden />
      <Said label="Proposed" item={catalogItem} text={proposed} />
      <p className={styles.source}>
        By {actor ?? 'an API key'}, {formatDateTime(createdAt)}
        <br />
        <Link to={`/analyses/${analysis.id}`}>{nameOf(analysis)}</Link>, {analysis.task.name}
        {analysis.placeId !== null && `, ${analysis.placeId}`}
      </p>
      <div className={styles.buttons}>
        {onApprove && (
          <Button aria-keyshortcuts="a" onClick={onApprove}>
            <kbd>A</kbd> Approve<span className="visually-hidden">: {proposed}</span>
          </Button>
        )}
        <Button aria-keyshortcuts="r" onClick={onRemove}>
          <kbd>R</kbd> Remove<span className="visually-hidden">: {proposed}</span>
        </Button>
      </div>
    </li>
  );
}

function Said({ label, item, text }: { label: string; item: ProposalItemFragment | null; text: string }) {
  return (
    <div className={styles.said}>
      {item?.thumbnail.url && (
        <span className={styles.thumbnail}>
          <Picture url={item.thumbnail.url} alt="" loading="lazy" />
        </span>
      )}
      <p>
        <span className={styles.label}>{label}</span>
        {text}
      </p>
    </div>
  );
}

function describeFound({ detection, foundCatalogItem }: ProposalFragment): string {
  if (foundCatalogItem === null) return detection === null ? 'Nothing: it was missed' : 'A product without a name';
  return detection === null
    ? foundCatalogItem.name
    : `${foundCatalogItem.name}, ${formatShare(detection.confidence)} certain`;
}

function describeProposed({ verdict, catalogItem }: ProposalFragment): string {
  if (verdict === 'NOT_A_PRODUCT') return 'Not a product';
  return catalogItem?.name ?? 'A product that is not in the catalogue';
}
