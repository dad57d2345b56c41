import { CircleAlert } from 'lucide-react';
import { describeProblem } from '../graphql/describe-problem.ts';
import { Button } from './button.tsx';
import styles from './problem.module.css';

interface ProblemProps {
  /** What was thrown, or an error of the API. */
  error: unknown;
  /** Tries again; leave it out where that cannot help. */
  retry?: () => void;
}

/** An error in the API's words. */
export function Problem({ error, retry }: ProblemProps) {
  return (
    <div role="alert" className={styles.problem}>
      <CircleAlert aria-hidden />
      <p>{describeProblem(error)}</p>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}
