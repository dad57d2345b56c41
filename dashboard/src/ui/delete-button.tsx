import { Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatCount } from '../format/format.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

/** The id of what has been deleted, or why it has not been. */
type Result = { id: string } | { message: string };

interface Outcome {
  /** For each id, in their order. */
  results: readonly Result[];
  /** What else is to be said, a sentence. */
  note?: string;
}

interface DeleteButtonProps {
  /** What is to be deleted: its names by its ids. */
  selected: ReadonlyMap<string, string>;
  /** What it is, one and several of it. */
  noun: { one: string; many: string };
  /** What goes with it and what stays. */
  warning: string;
  remove(ids: string[]): Promise<Outcome>;
  /** The outcome has been read, and something is gone. */
  onDeleted(): void;
}

const isDeleted = (result: Result): boolean => 'id' in result;

/** Deletes what is selected. It asks first, and then shows what became of each. */
export function DeleteButton({ selected, noun, warning, remove, onDeleted }: DeleteButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const ids = [...selected.keys()];
  const count = `${formatCount(ids.length)} ${ids.length === 1 ? noun.one : noun.many}`;

  const confirm = async () => {
    setProblem(null);
    setIsBusy(true);
    await remove(ids).then(setOutcome, setProblem);
    setIsBusy(false);
  };
  const close = () => {
    if (outcome?.results.some(isDeleted)) onDeleted();
    setOutcome(null);
    setProblem(null);
  };

  return (
    <>
      {ids.length > 0 && (
        <Button onClick={() => dialog.current?.showModal()}>
          <Trash2 aria-hidden /> Delete {count}
        </Button>
      )}
      <Dialog ref={dialog} title={outcome === null ? `Delete ${count}?` : 'Deletion'} onClose={close}>
        {problem !== null && <Problem error={problem} />}
        {outcome === null ? (
          <>
            <p>{warning} It cannot be undone.</p>
            <Button variant="danger" disabled={isBusy} onClick={() => void confirm()}>
              Delete for good
            </Button>
          </>
        ) : (
          <OutcomeList outcome={outcome} names={[...selected.values()]} />
        )}
      </Dialog>
    </>
  );
}

/** @param names in the order of the results */
function OutcomeList({ outcome: { results, note }, names }: { outcome: Outcome; names: readonly string[] }) {
  const deletedCount = results.filter(isDeleted).length;
  return (
    <>
      <p role="status">
        {formatCount(deletedCount)} of {formatCount(results.length)} deleted. {note}
      </p>
      {deletedCount < results.length && (
        <ul aria-label="Not deleted">
          {results.map(
            (result, i) =>
              'message' in result && (
                // biome-ignore lint/suspicious/noArrayIndexKey: results have no other identity, and never change
                <li key={i}>
                  <strong>{names[i]}</strong>: {result.message}
                </li>
              ),
          )}
        </ul>
      )}
    </>
  );
}
