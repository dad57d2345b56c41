import { useEffect, useState } from 'react';
import { Picture } from '../pictures/picture.tsx';
import styles from './player.module.css';
import { useMoment, type Watched } from './use-moment.ts';

/** The server decodes the video for each picture, so what the slider only passes by is not asked for. */
const restMs = 250;

/** The frame of the moment, where the video itself cannot be played. */
export function Still({ watched }: { watched: Watched }) {
  const url = useRested(useMoment(watched)?.url ?? null);
  return url === null ? null : <Picture className={styles.video} url={url} alt="" />;
}

/** The value that a changing one has when it has not changed for some time. */
function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
