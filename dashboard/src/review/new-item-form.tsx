import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import styles from './choices.module.css';

/** Puts what the box shows into the catalogue. */
export function NewItemForm({ onCreate, onCancel }: { onCreate(name: string): void; onCancel(): void }) {
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCreate(name.trim());
  };
  return (
    <form className={styles.newItem} onSubmit={submit} onKeyDown={({ key }) => key === 'Escape' && onCancel()}>
      <TextField
        label="Name of the new item"
        hint="Its picture is what the box shows."
        required
        maxLength={255}
        pattern=".*\S.*"
        autoFocus
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <div className={styles.buttons}>
        <Button type="submit" variant="primary">
          Add to the catalogue
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
