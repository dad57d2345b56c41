import { useApolloClient, useQuery } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { DropZone } from '../pictures/drop-zone.tsx';
import { acceptedMedia } from '../pictures/media-type.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { addRun, runsOf } from './begun-runs.ts';
import { RunView } from './run-view.tsx';
import { UploadStartDocument } from './upload.generated.ts';
import styles from './upload-page.module.css';
import { UploadRun } from './upload-run.ts';

/** Sends pictures and videos to be recognised, and shows what becomes of them. */
export default function UploadPage() {
  const apollo = useApolloClient();
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = useQuery(UploadStartDocument, { fetchPolicy: 'cache-and-network' });
  const [runs, setRuns] = useState(() => runsOf(apollo));
  const tasks = data?.tasks.nodes ?? [];
  const taskId = params.get('task') ?? tasks[0]?.id ?? '';
  const placeId = params.get('place') ?? '';
  const visitId = params.get('visit') ?? '';
  const maxBatchSize = data?.viewer.organization.plan.maxBatchSize ?? 1;

  const change = (name: 'task' | 'place' | 'visit', value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const begin = useCallback(
    (files: File[]) => {
      if (files.length === 0) return;
      const about = { placeId: placeId || null, visitId: visitId || null };
      setRuns(addRun(apollo, new UploadRun(files, { apollo, taskId, ...about, maxBatchSize })));
    },
    [apollo, taskId, placeId, visitId, maxBatchSize],
  );

  return (
    <Page title="Upload">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && tasks.length === 0 && (
        <EmptyState title="There is no task yet">
          A task says what to look for. Create one under <Link to="/tasks">Tasks</Link>, or with <code>createTask</code>
          .
        </EmptyState>
      )}
      {tasks.length > 0 && (
        <>
          <div className={styles.fields}>
            <SelectField label="Task" value={taskId} onChange={(event) => change('task', event.target.value)}>
              {tasks.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
            <TextField
              label="Place"
              placeholder="store-12"
              maxLength={255}
              value={placeId}
              onChange={(event) => change('place', event.target.value)}
            />
            <TextField
              label="Visit"
              hint="Pictures and videos with the same visit are put together. Empty: none"
              placeholder="store-12, Monday"
              maxLength={255}
              value={visitId}
              onChange={(event) => change('visit', event.target.value)}
            />
          </div>
          <DropZone
            hint="Drop pictures, videos or folders here, or paste a picture."
            label="Choose pictures or videos"
            accept={acceptedMedia}
            isDisabled={taskId === ''}
            onFiles={begin}
          />
        </>
      )}
      {runs.map((run) => (
        <RunView key={run.id} run={run} />
      ))}
    </Page>
  );
}
