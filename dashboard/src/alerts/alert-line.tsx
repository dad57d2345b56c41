import { Check } from 'lucide-react';
import { Link } from 'react-router';
import { formatDateTime, formatMoney, formatShare } from '../format/format.ts';
import { placeAddress, visitAddress } from '../places/addresses.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import styles from './alert-card.module.css';
import type { AlertFragment } from './alerts.generated.ts';

interface AlertLineProps {
  alert: AlertFragment;
  showPlace: boolean;
  /** null: it cannot be acknowledged now. */
  onAcknowledge: (() => void) | null;
}

/** What is the matter, where and since when, and who takes care of it. */
export function AlertLine({ alert, showPlace, onAcknowledge }: AlertLineProps) {
  const { placeId, task, raisedAt, acknowledgedAt, acknowledgedBy } = alert;
  const what = describeAlert(alert);
  const evidence = evidenceOf(alert);
  return (
    <li>
      <span className={styles.what}>
        <b>{what}</b>
        <small>
          {showPlace && (placeId === null ? 'No place' : <Link to={placeAddress(placeId)}>{placeId}</Link>)}
          {showPlace && ' · '}
          {task.name} · since {formatDateTime(raisedAt)}
        </small>
      </span>
      {evidence && (
        <Link to={evidence.address} aria-label={`${evidence.label}: ${what}`}>
          {evidence.label}
        </Link>
      )}
      {acknowledgedAt !== null ? (
        <Badge tone="good">
          Acknowledged {acknowledgedBy !== null && `by ${acknowledgedBy} `}
          {formatDateTime(acknowledgedAt)}
        </Badge>
      ) : (
        onAcknowledge && (
          <Button aria-label={`Acknowledge: ${what}`} onClick={onAcknowledge}>
            <Check aria-hidden /> Acknowledge
          </Button>
        )
      )}
    </li>
  );
}

function describeAlert({ kind, catalogItem, value, price }: AlertFragment): string {
  const share = value === null ? '' : formatShare(value);
  if (kind === 'ITEM_MISSING') return `${catalogItem?.name ?? 'An item'} is missing`;
  if (kind === 'COMPLIANCE_BELOW') return `Compliance is only ${share}`;
  if (kind === 'GAP_SHARE_ABOVE') return `${share} of the shelves is empty`;
  if (kind === 'PRICE_DIFFERS')
    return `The tag of ${catalogItem?.name ?? 'an item'} says ${price === null ? 'another price' : formatMoney(price)}`;
  return kind;
}

/** Where it was seen last. */
function evidenceOf({ analysis, visit }: AlertFragment): { label: string; address: string } | null {
  if (visit) return { label: 'See the visit', address: visitAddress(visit.id) };
  return analysis && { label: 'See the picture', address: `/analyses/${analysis.id}` };
}
