import { type FormEvent, useState } from 'react';
import { signIn } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import styles from './key-form.module.css';

interface KeyFormProps {
  /** Of the button. */
  label: string;
  /** Why signing in by another way failed; null: it did not. */
  initialError?: unknown;
  onSignedIn?: () => void;
}

/** Exchanges a key for a session. */
export function KeyForm({ label, initialError = null, onSignedIn }: KeyFormProps) {
  const [error, setError] = useState(initialError);
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const key = String(new FormData(form).get('key')).trim();
    setIsBusy(true);
    setError(null);
    await signIn(key)
      .then(() => form.reset())
      .then(onSignedIn)
      .catch(setError);
    setIsBusy(false);
  };

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
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
        {isBusy ? 'Signing in…' : label}
      </Button>
    </form>
  );
}
