import type { ReactNode } from 'react';
import styles from './card.module.css';

interface CardProps {
  title?: string;
  /** Beside the title. */
  actions?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** A titled part of a page. */
export function Card({ title, actions, className, children }: CardProps) {
  return (
    <section className={`${styles.card} ${className ?? ''}`} aria-label={title}>
      {title !== undefined && (
        <header className={styles.header}>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
