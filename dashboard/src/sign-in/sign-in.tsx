import { type FormEvent, useState } from 'react';
import { Logo } from '../layout/logo.tsx';
import { sessionEnding, signIn } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import styles from './sign-in.module.css';

/** Exchanges a key for a session. `linkError` says why a sign-in link did not do so. */
export function SignIn({ linkError }: { linkError: unknown }) {
  const [error, setError] = useState(linkError);
  const [isBusy, setIsBusy] = useState(false);
  const ending = sessionEnding();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key')).trim();
    setIsBusy(true);
    setError(null);
    await signIn(key).catch(setError);
    setIsBusy(false);
  };

  return (
    <main className={styles.screen}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Logo />
        <h1>Sign in</h1>
        <p className={styles.hint}>Paste an API key. It is exchanged for a session of this tab, and not stored.</p>
        {ending !== null && error === null && <p className={styles.ending}>{ending}</p>}
        <TextField
          label="API key"
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="sl_…"
          required
          autoFocus
        />
        {error !== null && <Problem error={error} />}
        <Button type="submit" variant="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
        <p className={styles.hint}>
          No key yet? The first start of the server prints one, and <code>sightline keys create</code> makes more.
        </p>
      </form>
    </main>
  );
}
