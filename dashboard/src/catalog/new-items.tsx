import { useApolloClient } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { formatCount } from '../format/format.ts';
import { describeProblem } from '../graphql/describe-problem.ts';
import { DropZone } from '../pictures/drop-zone.tsx';
import { Card } from '../ui/card.tsx';
import { type Creation, createItems } from './create-items.ts';
import styles from './new-items.module.css';

/** Makes an item of each picture that is dropped, named as its file. */
export function NewItems({ onCreated }: { onCreated(): void }) {
  const apollo = useApolloClient();
  const [creations, setCreations] = useState<readonly Creation[]>([]);
  const begin = useCallback(
    (files: File[]) => {
      if (files.length === 0) return;
      createItems(apollo, files, setCreations)
        .catch((error: unknown) => setCreations((before) => endAll(before, describeProblem(error))))
        .finally(onCreated);
    },
    [apollo, onCreated],
  );
  const isCreating = creations.some(({ state }) => state === 'waiting');
  const failed = creations.filter(({ state }) => state === 'failed');
  const created = creations.length - failed.length - creations.filter(({ state }) => state === 'waiting').length;

  return (
    <>
      <DropZone
        hint="Drop pictures of products here: one a product, upright, filling the frame. The name of the file becomes the name."
        isDisabled={isCreating}
        onFiles={begin}
      />
      {creations.length > 0 && (
        <Card title={`${formatCount(created)} of ${formatCount(creations.length)} created`}>
          <progress className={styles.progress} aria-label="Created" max={creations.length} value={created} />
          <ul>
            {failed.map(({ key, name, problem }) => (
              <li key={key}>
                <strong>{name}</strong> {problem}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function endAll(creations: readonly Creation[], problem: string): Creation[] {
  return creations.map((creation) =>
    creation.state === 'waiting' ? { ...creation, state: 'failed', problem } : creation,
  );
}
