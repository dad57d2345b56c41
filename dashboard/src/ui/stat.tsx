import type { ReactNode } from 'react';
import styles from './stat.module.css';

/** A row of figures. */
export function Stats({ children }: { children: ReactNode }) {
  return <dl className={styles.stats}>{children}</dl>;
}

interface StatProps {
  label: string;
  value: string;
  unit?: string;
  tone?: 'bad' | undefined;
}

export function Stat({ label, value, unit, tone }: StatProps) {
  return (
    <div className={styles.stat}>
      <dt>{label}</dt>
      <dd className={tone && styles[tone]}>
        {value} {unit !== undefined && <span>{unit}</span>}
      </dd>
    </div>
  );
}
