import type { Screen } from '../../screen.ts';
import type { ComparedBay } from './comparison.ts';

/** How the bay agrees with its plan: differences, gaps and prices. @param staysUp whether the server does, so that its links work */
export function printBay(screen: Screen, bay: ComparedBay, staysUp: boolean): void {
  const { picture, compliance, gaps, gapShare, priceTags, planogramUrl } = bay;
  const score = compliance.score === null ? 'not comparable' : `${Math.round(compliance.score * 100)} % as planned`;
  screen.line();
  screen.line(`${screen.paint('bold', `${picture.name} and its plan`)}  ${score}`);
  printRows(screen, 'difference', differencesOf(bay));
  const share = gapShare === null ? '' : `  (${(gapShare * 100).toFixed(1)} % of the shelves)`;
  printRows(
    screen,
    `gap${share}`,
    gaps.map(({ shelf, facings, catalogItem }) => [
      `shelf ${shelf + 1}`,
      `room for ${facings} ${catalogItem ? `× ${catalogItem.name}` : facings === 1 ? 'product' : 'products'}`,
    ]),
  );
  printRows(screen, 'price', pricesOf(priceTags));
  if (staysUp) screen.line(`  drawing  ${screen.paint('underline', planogramUrl)}`);
}

const texts: Record<string, string> = {
  TOO_FEW_FACINGS: 'too few facings',
  TOO_MANY_FACINGS: 'too many facings',
  OUT_OF_ORDER: 'out of order',
  MISPLACED: 'on another shelf',
  WRONG_ITEM: 'another item in its place',
  MISSING: 'missing',
  UNIDENTIFIED: 'a product without a name in its place',
};

function differencesOf({ compliance }: ComparedBay): string[][] {
  const differences = compliance.positions.filter(({ status }) => status !== 'FOUND' && status !== 'NOT_SEEN');
  return differences.map(({ shelf, position, status, found, visible, catalogItem }) => [
    `shelf ${shelf + 1}, position ${position + 1}`,
    catalogItem.name,
    `${texts[status] ?? status}${found > 0 ? `, ${found} of ${visible}` : ''}`,
  ]);
}

/** Of each item, what its tags say. */
function pricesOf(tags: ComparedBay['priceTags']): string[][] {
  const prices = new Map<string, Set<string>>();
  for (const { price, detections } of tags) {
    const names = new Set(detections.flatMap(({ catalogItem }) => catalogItem?.name ?? []));
    const [name] = names;
    if (price === null || names.size !== 1) continue;
    const said = [price.amount, price.currency].filter(Boolean).join(' ');
    prices.set(name!, (prices.get(name!) ?? new Set()).add(said));
  }
  return [...prices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, said]) => [name, [...said].join(', ')]);
}

function printRows(screen: Screen, title: string, rows: readonly string[][]): void {
  screen.line(screen.paint('dim', `  ${title}`));
  if (rows.length === 0) screen.line('  none');
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    screen.line(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}`,
    );
}
