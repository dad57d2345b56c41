import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './news-button.module.css';

interface NewsButtonProps {
  /** What has come, for example `2 new places: show`. */
  children: ReactNode;
  onClick(): void;
}

/** Announces what has come since a list was read: the list itself does not move while a person reads it. */
export function NewsButton({ children, onClick }: NewsButtonProps) {
  return (
    <Button className={styles.news} onClick={onClick}>
      <RefreshCw aria-hidden /> {children}
    </Button>
  );
}
