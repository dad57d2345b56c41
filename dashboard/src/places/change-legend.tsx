import styles from './change-legend.module.css';
import type { Change } from './differences.ts';

/** Seen on photographs, in either theme. */
export const markColours: Record<Change, string> = {
  WORSE: '#f43f5e',
  BETTER: '#10b981',
  OTHER: '#facc15',
  UNKNOWN: '#9aa3b2',
  SAME: '#9aa3b2',
};

const meanings = [
  ['WORSE', 'worse'],
  ['BETTER', 'better'],
  ['OTHER', 'otherwise changed'],
] as const;

/** What the outlines in the pictures mean. @param isCompared false: they are what differs from the plan */
export function ChangeLegend({ isCompared }: { isCompared: boolean }) {
  if (!isCompared)
    return (
      <p className={styles.legend}>
        <Swatch change="OTHER" /> Products of positions that differ from the plan
      </p>
    );
  return (
    <p className={styles.legend}>
      Products of positions that are now:
      {meanings.map(([change, meaning]) => (
        <span key={change}>
          <Swatch change={change} /> {meaning}
        </span>
      ))}
    </p>
  );
}

function Swatch({ change }: { change: Change }) {
  return <span className={styles.swatch} style={{ borderColor: markColours[change] }} aria-hidden />;
}
