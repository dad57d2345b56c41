import { formatDateTime } from '../format/format.ts';
import { Badge } from '../ui/badge.tsx';

interface Ends {
  expiresAt: string | null;
  revokedAt: string | null;
}

/** Whether a key or a token still works. */
export function isValid({ expiresAt, revokedAt }: Ends): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.now());
}

export function ValidityBadge(ends: Ends) {
  const { expiresAt, revokedAt } = ends;
  if (revokedAt !== null) return <Badge tone="bad">Revoked {formatDateTime(revokedAt)}</Badge>;
  if (expiresAt === null) return <Badge tone="good">Valid</Badge>;
  if (!isValid(ends)) return <Badge>Expired {formatDateTime(expiresAt)}</Badge>;
  return <Badge tone="good">Until {formatDateTime(expiresAt)}</Badge>;
}
