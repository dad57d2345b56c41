import { WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useGateway } from '../graphql/gateway-context.ts';
import styles from './connection-banner.module.css';

/** Says that the page does not receive events at the moment, and that it will. */
export function ConnectionBanner() {
  const { connection } = useGateway();
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  return (
    <div role="status">
      {state === 'lost' && (
        <p className={styles.banner}>
          <WifiOff aria-hidden /> Offline. The page reconnects by itself and resumes where it was: nothing is lost.
        </p>
      )}
    </div>
  );
}
