import { useMutation } from '@apollo/client/react';
import { KeyRound } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import type { OrderedScope } from '../scopes.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField, SelectField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import styles from './create-key-button.module.css';
import { CreateKeyDocument } from './keys.generated.ts';

const scopes: Record<OrderedScope, string> = {
  READ: 'READ: see everything',
  WRITE: 'WRITE: submit and change, too',
  TEACH: 'TEACH: correct results, too',
  ADMIN: 'ADMIN: manage keys and retention, too',
};

/** Makes an API key and shows its secret, which cannot be shown again. */
export function CreateKeyButton({ onCreated }: { onCreated(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState('');
  const [scope, setScope] = useState<OrderedScope>('WRITE');
  const [seesOriginals, setSeesOriginals] = useState(false);
  const [expiry, setExpiry] = useState('');
  const [create, { data, error, loading, reset }] = useMutation(CreateKeyDocument);
  const result = data?.createApiKey;

  const open = () => {
    reset();
    setName('');
    setExpiry('');
    setSeesOriginals(false);
    dialog.current?.showModal();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = expiry === '' ? null : new Date(expiry).toISOString();
    const held = seesOriginals && scope !== 'ADMIN' ? [scope, 'ORIGINALS' as const] : [scope];
    // What fails is shown from `error`.
    await create({ variables: { name, scopes: held, expiresAt } }).then(onCreated, () => undefined);
  };

  return (
    <>
      <Button variant="primary" onClick={open}>
        <KeyRound aria-hidden /> New key
      </Button>
      <Dialog ref={dialog} title="New API key">
        {result && 'secret' in result ? (
          <>
            <p>Store the secret now: it is not kept, and nobody can show it again.</p>
            <code className={styles.secret}>{result.secret}</code>
          </>
        ) : (
          <form className={styles.form} onSubmit={(event) => void submit(event)}>
            <TextField
              label="Name"
              hint="Which program uses it"
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <SelectField label="Scope" value={scope} onChange={(event) => setScope(event.target.value as OrderedScope)}>
              {Object.entries(scopes).map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </SelectField>
            {scope !== 'ADMIN' && (
              <CheckField
                label="ORIGINALS: see the originals of pictures in which people are hidden, or which say where they were taken"
                checked={seesOriginals}
                onChange={({ target }) => setSeesOriginals(target.checked)}
              />
            )}
            <TextField
              label="Expires"
              hint="Empty: it does not expire"
              type="datetime-local"
              value={expiry}
              onChange={(event) => setExpiry(event.target.value)}
            />
            {error && <Problem error={error} />}
            {result && 'message' in result && <Problem error={result} />}
            <Button variant="primary" type="submit" disabled={loading}>
              Create the key
            </Button>
          </form>
        )}
      </Dialog>
    </>
  );
}
