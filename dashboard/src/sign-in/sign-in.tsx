import { Logo } from '../layout/logo.tsx';
import { sessionEnding } from '../session.ts';
import { KeyForm } from './key-form.tsx';
import styles from './sign-in.module.css';

/** Exchanges a key for a session. `linkError` says why a sign-in link did not do so. */
export function SignIn({ linkError }: { linkError: unknown }) {
  const ending = sessionEnding();
  return (
    <main className={styles.screen}>
      <div className={styles.form}>
        <Logo />
        <h1>Sign in</h1>
        <p className={styles.hint}>Paste an API key. It is exchanged for a session of this tab, and not stored.</p>
        {ending !== null && <p className={styles.ending}>{ending}</p>}
        <KeyForm label="Sign in" initialError={linkError} />
        <p className={styles.hint}>
          No key yet? The first start of the server prints one, and <code>sightline keys create</code> makes more.
        </p>
      </div>
    </main>
  );
}
