import { Bookmark, Trash2 } from 'lucide-react';
import { useRef, useState, useSyncExternalStore } from 'react';
import { Link, useLocation } from 'react-router';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { deleteView, maxNameLength, onViewsChange, savedViews, saveView } from './saved-views.ts';
import styles from './saved-views-button.module.css';

/** Names the address of the page, and finds the named ones again. They are kept in this browser, and need no network. */
export function SavedViewsButton() {
  const dialog = useRef<HTMLDialogElement>(null);
  const all = useSyncExternalStore(onViewsChange, savedViews);
  const { pathname, search } = useLocation();
  const views = all.filter(({ address }) => address.split('?')[0] === pathname);
  const current = `${pathname}${search}`;
  const [problem, setProblem] = useState<unknown>(null);

  const save = (form: HTMLFormElement) => {
    setProblem(null);
    try {
      saveView({ name: String(new FormData(form).get('name')).trim(), address: current });
      form.reset();
    } catch (error) {
      setProblem(error);
    }
  };

  return (
    <>
      <Button onClick={() => dialog.current?.showModal()}>
        <Bookmark aria-hidden /> Saved views
      </Button>
      <Dialog ref={dialog} title="Saved views">
        {views.length > 0 ? (
          <ul className={styles.views} aria-label="Saved views">
            {views.map(({ name, address }) => (
              <li key={name} className={styles.view}>
                <Link
                  to={address}
                  aria-current={address === current ? 'page' : undefined}
                  onClick={() => dialog.current?.close()}
                >
                  {name}
                </Link>
                <Button variant="ghost" aria-label={`Delete the view ${name}`} onClick={() => deleteView(name)}>
                  <Trash2 aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        ) : (
          <p className={styles.soft}>None yet. Filter or search first, and then name what you see.</p>
        )}
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            save(event.currentTarget);
          }}
        >
          <TextField
            name="name"
            label="Name of the current view"
            placeholder="Failures of today"
            required
            pattern=".*\S.*"
            title="At least one letter or digit"
            maxLength={maxNameLength}
            autoComplete="off"
          />
          <Button type="submit" variant="primary">
            Save
          </Button>
        </form>
        {problem !== null && <Problem error={problem} />}
        <p className={styles.soft}>Views are kept in this browser only.</p>
      </Dialog>
    </>
  );
}
