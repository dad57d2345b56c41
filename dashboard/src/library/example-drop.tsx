import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { DropZone } from '../pictures/drop-zone.tsx';
import { Problem } from '../ui/problem.tsx';
import styles from './example-drop.module.css';
import { sendExample } from './send-example.ts';

/** Takes a picture to search by. It is uploaded, and does not become an image of the library. */
export function ExampleDrop({ onUploaded }: { onUploaded(uploadId: string): void }) {
  const apollo = useApolloClient();
  const stop = useRef<AbortController | null>(null);
  const [sentShare, setSentShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const send = useCallback(
    (files: File[]) => {
      const [file] = files;
      if (file === undefined) return;
      stop.current = new AbortController();
      const { signal } = stop.current;
      setProblem(null);
      setSentShare(0);
      sendExample(apollo, file, { onProgress: setSentShare, stop: signal })
        .then(onUploaded, (error: unknown) => !signal.aborted && setProblem(error))
        .finally(() => setSentShare(null));
    },
    [apollo, onUploaded],
  );

  return (
    <>
      <DropZone
        isSingle
        hint="Drop or paste a picture here to find those that look like it."
        isDisabled={sentShare !== null}
        onFiles={send}
      />
      {sentShare !== null && <progress className={styles.progress} aria-label="Sent" max={1} value={sentShare} />}
      {problem !== null && <Problem error={problem} />}
    </>
  );
}
