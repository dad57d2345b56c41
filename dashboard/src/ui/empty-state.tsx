import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What to do next: a sentence, and a link or a button. */
  children?: ReactNode;
}

/** What a page shows where there is nothing yet. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {icon}
      <h2>{title}</h2>
      <div className={styles.body}>{children}</div>
    </div>
  );
}
