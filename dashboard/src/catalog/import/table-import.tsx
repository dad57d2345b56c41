import { useMutation } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { formatCount } from '../../format/format.ts';
import { newIdempotencyKey } from '../../graphql/idempotency-key.ts';
import { untilAnswered } from '../../graphql/until-answered.ts';
import { DropZone } from '../../pictures/drop-zone.tsx';
import { acceptedFiles } from '../../pictures/media-type.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Problem } from '../../ui/problem.tsx';
import { addFiles, type ChosenFiles, namedPictures, nothingChosen, tableEndings } from './chosen-files.ts';
import { CancelImportDocument, ImportCatalogDocument, type ImportStateFragment } from './import.generated.ts';
import { ImportRun } from './import-run.tsx';
import styles from './table-import.module.css';

interface Run {
  importId: string;
  isDryRun: boolean;
}

/** Imports a table with its pictures. It is checked first: only then can it be imported. */
export function TableImport({ onImported }: { onImported(): void }) {
  const [chosen, setChosen] = useState(nothingChosen);
  const [run, setRun] = useState<Run | null>(null);
  const [ended, setEnded] = useState<ImportStateFragment | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [send, { loading: isSending }] = useMutation(ImportCatalogDocument);
  const [cancel, { loading: isCancelling }] = useMutation(CancelImportDocument);
  const isBusy = isSending || (run !== null && ended === null);
  // What broke off can be done again; what was imported need not.
  const isCheckable = run?.isDryRun !== false || (ended !== null && ended.status !== 'SUCCEEDED');
  const importable = run?.isDryRun && ended?.status === 'SUCCEEDED' ? ended.total - ended.failed : 0;

  const begin = useCallback((next: Run | null) => {
    setRun(next);
    setEnded(null);
    setProblem(null);
  }, []);
  const choose = useCallback(
    (files: File[]) => {
      setChosen((before) => addFiles(before, files));
      // What was checked is no longer what would be imported.
      begin(null);
    },
    [begin],
  );
  const start = async (table: File, isDryRun: boolean) => {
    begin(null);
    const images = await namedPictures(table, chosen.pictures);
    // One that was sent when the connection broke off is sent again, and done once.
    const input = { file: table, images, dryRun: isDryRun, idempotencyKey: newIdempotencyKey() };
    const { data } = await untilAnswered(() => send({ variables: { input } }), never);
    const result = data!.importCatalog;
    if ('message' in result) setProblem(result);
    else begin({ importId: result.id, isDryRun });
  };
  const stop = async (importId: string) => {
    const { data } = await cancel({ variables: { id: importId } });
    const result = data!.cancelCatalogImport;
    if ('message' in result) setProblem(result);
  };
  const clear = () => {
    setChosen(nothingChosen);
    begin(null);
  };
  const startButton = (table: File, isDryRun: boolean, label: string) => (
    <Button variant="primary" disabled={isBusy} onClick={() => void start(table, isDryRun).catch(setProblem)}>
      {label}
    </Button>
  );
  const end = useCallback(
    (state: ImportStateFragment) => {
      setEnded(state);
      if (run?.isDryRun === false) onImported();
    },
    [run, onImported],
  );

  return (
    <>
      <DropZone
        hint="Drop a CSV table here, together with the pictures that its rows name."
        label="Choose files"
        accept={`${tableEndings},${acceptedFiles}`}
        isDisabled={isBusy}
        onFiles={choose}
      />
      {chosen === nothingChosen ? (
        <Expectations />
      ) : (
        <Card title="Import of a table">
          <div className={styles.steps}>
            <p>{describe(chosen)}</p>
            {isSending && <p role="status">Sending…</p>}
            {problem !== null && <Problem error={problem} />}
            {run && <ImportRun key={run.importId} importId={run.importId} isDryRun={run.isDryRun} onEnd={end} />}
            {chosen.table && (
              <div className={styles.buttons}>
                {importable > 0
                  ? startButton(chosen.table, false, `Import ${rows(importable)}`)
                  : isCheckable && startButton(chosen.table, true, run ? 'Check again' : 'Check the table')}
                {run && ended === null && (
                  <Button disabled={isCancelling} onClick={() => void stop(run.importId).catch(setProblem)}>
                    Cancel
                  </Button>
                )}
                <Button disabled={isBusy} onClick={clear}>
                  Choose other files
                </Button>
              </div>
            )}
          </div>
        </Card>
      )}
    </>
  );
}

const never = new AbortController().signal;

/** What a table looks like, for who has none yet. */
function Expectations() {
  return (
    <Card title="What the table looks like">
      <div className={styles.steps}>
        <pre className={styles.example} tabIndex={0}>
          {'customId,name,brand,size,tags,image\nsku-1,Cola,Fizz,330 ml,drinks|cold,cola.jpg'}
        </pre>
        <p>
          A line a product, with a header: customId is required, and a new product also needs name and image, the name
          of a picture. Further columns: barcode, containerType, flavour, packagingSize, height, width, depth,
          referenceImages, and customProps.KEY for data of your own. A product whose customId is already in the
          catalogue is changed; an empty cell leaves its value as it is.
        </p>
      </div>
    </Card>
  );
}

function describe({ table, pictures }: ChosenFiles): string {
  const given = pictures.size === 1 ? '1 picture' : `${formatCount(pictures.size)} pictures`;
  if (table === null) return `${given} chosen. Choose the CSV table as well.`;
  return `${table.name} and ${given}. Only pictures that the table names are sent.`;
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${formatCount(count)} rows`;
}
