import { Clock } from 'lucide-react';
import { useRef, useSyncExternalStore } from 'react';
import { formatMinute } from '../format/format.ts';
import { currentSession, onSessionChange } from '../session.ts';
import { KeyForm } from '../sign-in/key-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useNow } from '../ui/use-now.ts';
import styles from './connection-banner.module.css';

/** Time to fetch the key and to paste it. */
const noticeMs = 15 * 60_000;
const checkedEveryMs = 10_000;

/** Asks for the key before the session ends: the page goes on with the new one, as do its streams. */
export function SessionEnd() {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  const now = useNow(checkedEveryMs);
  const dialog = useRef<HTMLDialogElement>(null);
  const endsAt = session === null ? Number.NaN : Date.parse(session.expiresAt);
  return (
    <>
      <div role="status">
        {endsAt - now < noticeMs && (
          <p className={styles.banner}>
            <Clock aria-hidden /> This session ends at {formatMinute(new Date(endsAt))}.
            <Button onClick={() => dialog.current?.showModal()}>Stay signed in</Button>
          </p>
        )}
      </div>
      <Dialog ref={dialog} title="Stay signed in">
        <p>Paste the API key again. Everything on this page stays as it is.</p>
        <KeyForm label="Go on" onSignedIn={() => dialog.current?.close()} />
      </Dialog>
    </>
  );
}
