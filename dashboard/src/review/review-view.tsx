import { ArrowRight, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { formatCount } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { FacingReview } from './facing-review.tsx';
import type { Review } from './review.ts';
import { ReviewTabs } from './review-tabs.tsx';
import styles from './review-view.module.css';
import { useKeys } from './use-keys.ts';

interface ReviewViewProps {
  review: Review;
  /** Which pictures are reviewed. */
  filters: ReactNode;
  /** What is shown at the end of the queue. */
  nothingLeft: ReactNode;
}

/** The picture that is looked at, and the one facing of it that is asked about. */
export function ReviewView({ review, filters, nothingLeft }: ReviewViewProps) {
  const state = useSyncExternalStore(review.subscribe, review.state);
  const { picture, next, corrected, isReading, isSaving, canUndo, isProposing, problem } = state;
  const nextUrl = next?.image?.url ?? null;
  useEffect(() => {
    // Fetched before it is asked for, so that it is there at once.
    if (nextUrl !== null) new Image().src = fileLink(nextUrl);
  }, [nextUrl]);
  useKeys({ z: () => review.undo() });

  return (
    <Page
      title="Review"
      aside={
        <>
          <ReviewTabs />
          {picture && <Link to={`/analyses/${picture.id}`}>{nameOf(picture)}</Link>}
          <span role="status">
            <Badge tone={isSaving ? 'busy' : 'good'}>
              {formatCount(corrected)} {isProposing ? 'proposed' : 'corrected'}
              {isSaving && ', saving…'}
            </Badge>
          </span>
        </>
      }
      actions={
        <>
          {filters}
          <Button disabled={!canUndo} onClick={() => review.undo()} aria-keyshortcuts="z">
            <Undo2 aria-hidden /> Undo <kbd>Z</kbd>
          </Button>
          {picture && (
            <Button onClick={() => review.skipPicture()}>
              Next picture <ArrowRight aria-hidden />
            </Button>
          )}
        </>
      }
    >
      {problem !== null && <Problem error={new Error(problem)} retry={() => review.retry()} />}
      {isProposing && (
        <p className={styles.note}>
          Your key proposes corrections: they count once someone whose key has the scope TEACH has approved them.
        </p>
      )}
      {picture && <FacingReview key={picture.id} review={review} picture={picture} state={state} />}
      {!picture && isReading && <Loading label="Looking for doubtful facings" />}
      {!picture && !isReading && problem === null && nothingLeft}
    </Page>
  );
}
