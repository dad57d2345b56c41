import { useMutation } from '@apollo/client/react';
import { Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatCount } from '../format/format.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { DeleteImagesDocument, type DeleteImagesMutation } from './library.generated.ts';

type Result = DeleteImagesMutation['deleteImages']['results'][number];

interface DeleteButtonProps {
  /** Names by id. */
  selected: ReadonlyMap<string, string>;
  /** The outcome has been read, and at least one image is gone. */
  onDeleted(): void;
}

/** Deletes the selected images. It asks first, and then shows what became of each. */
export function DeleteButton({ selected, onDeleted }: DeleteButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [remove, { loading }] = useMutation(DeleteImagesDocument);
  const [results, setResults] = useState<readonly Result[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const ids = [...selected.keys()];
  const count = `${formatCount(ids.length)} ${ids.length === 1 ? 'image' : 'images'}`;

  const confirm = async () => {
    setProblem(null);
    const { data } = await remove({ variables: { ids } });
    setResults(data!.deleteImages.results);
  };
  const close = () => {
    if (results?.some((result) => 'id' in result)) onDeleted();
    setResults(null);
    setProblem(null);
  };

  return (
    <>
      {ids.length > 0 && (
        <Button onClick={() => dialog.current?.showModal()}>
          <Trash2 aria-hidden /> Delete {count}
        </Button>
      )}
      <Dialog ref={dialog} title={results === null ? `Delete ${count}?` : 'Deletion'} onClose={close}>
        {problem !== null && <Problem error={problem} />}
        {results === null ? (
          <>
            <p>
              The pictures, with everything that makes them searchable, are deleted for good. Analyses of them keep
              their results. It cannot be undone.
            </p>
            <Button variant="danger" disabled={loading} onClick={() => void confirm().catch(setProblem)}>
              Delete for good
            </Button>
          </>
        ) : (
          <Outcome results={results} names={[...selected.values()]} />
        )}
      </Dialog>
    </>
  );
}

/** @param names in the order of the results */
function Outcome({ results, names }: { results: readonly Result[]; names: readonly string[] }) {
  const deleted = results.filter((result) => 'id' in result);
  const analysesKept = deleted.reduce((sum, result) => sum + result.analysesKept, 0);
  return (
    <>
      <p role="status">
        {formatCount(deleted.length)} of {formatCount(results.length)} deleted.
        {analysesKept > 0 && ` Analyses that keep their results: ${formatCount(analysesKept)}.`}
      </p>
      {deleted.length < results.length && (
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
