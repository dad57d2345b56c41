import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useId } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  /** Open it with `showModal()`. Escape, the cross and a click beside it close it. */
  ref: RefObject<HTMLDialogElement | null>;
  title: string;
  /** It has been closed, in whichever way. */
  onClose?: () => void;
  children: ReactNode;
}

/** HTML's own dialog: it keeps the focus, and gives it back. */
export function Dialog({ ref, title, onClose, children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog ref={ref} className={styles.dialog} aria-labelledby={titleId} closedby="any" onClose={onClose}>
      <header className={styles.header}>
        <h2 id={titleId}>{title}</h2>
        <button type="button" className={styles.close} aria-label="Close" onClick={() => ref.current?.close()}>
          <X aria-hidden />
        </button>
      </header>
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}
