import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { type RetentionFragment, UpdateRetentionDocument } from './organization.generated.ts';
import styles from './retention-form.module.css';

type Retention = RetentionFragment['retention'];
type Name = Exclude<keyof Retention, '__typename'>;

const fields: { name: Name; label: string; hint: string }[] = [
  { name: 'imageDays', label: 'Images, days', hint: 'Empty: until they are deleted' },
  { name: 'analysisDays', label: 'Analyses, days', hint: 'Empty: for ever' },
  { name: 'eventDays', label: 'Events, days', hint: 'Empty: as long as the server keeps them' },
  { name: 'exportDays', label: 'Exports, days', hint: 'After this the file is removed' },
  {
    name: 'referenceDays',
    label: 'Taught crops, days',
    hint: 'After what they were cut from is deleted. Empty: they go with it',
  },
];

interface RetentionFormProps {
  retention: Retention;
  /** The scope ADMIN is needed to change it. */
  isReadOnly: boolean;
}

export function RetentionForm({ retention, isReadOnly }: RetentionFormProps) {
  const [days, setDays] = useState(() => toTexts(retention));
  const [update, { data, error, loading, reset }] = useMutation(UpdateRetentionDocument);
  const result = data?.updateRetention;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // What fails is shown from `error`.
    await update({ variables: { input: toInput(days) } }).catch(() => undefined);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <div className={styles.fields}>
        {fields.map(({ name, label, hint }) => (
          <TextField
            key={name}
            label={label}
            hint={hint}
            type="number"
            min={1}
            required={name === 'exportDays'}
            disabled={isReadOnly}
            value={days[name]}
            onChange={(event) => {
              reset();
              setDays({ ...days, [name]: event.target.value });
            }}
          />
        ))}
      </div>
      {isReadOnly ? (
        <p>A key with the scope ADMIN can change this.</p>
      ) : (
        <div className={styles.end}>
          <Button type="submit" disabled={loading}>
            Save
          </Button>
          <span role="status">
            {result && 'retention' in result
              ? 'Saved. Data that is already older is deleted within a few hours.'
              : 'Data that is older than this is deleted for good.'}
          </span>
        </div>
      )}
      {error && <Problem error={error} />}
      {result && 'message' in result && <Problem error={result} />}
    </form>
  );
}

function toTexts(retention: Retention): Record<Name, string> {
  return byName((name) => String(retention[name] ?? ''));
}

function toInput(days: Record<Name, string>): Record<Name, number | null> {
  return byName((name) => (days[name] === '' ? null : Number(days[name])));
}

function byName<Value>(read: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(fields.map(({ name }) => [name, read(name)])) as Record<Name, Value>;
}
