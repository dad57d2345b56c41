import { CalendarClock, Film, Images, SearchX } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';
import { formatCount } from '../format/format.ts';
import { PageButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { LatestVideos } from '../videos/latest-videos.tsx';
import { placeAddress } from './addresses.ts';
import { CloseVisitButton } from './close-visit-button.tsx';
import { Comparison } from './comparison.tsx';
import { useOccasion } from './use-occasion.ts';
import { VisitBadge } from './visit-badge.tsx';

/** A visit, or one picture that belongs to none; the address may have another one with which it is compared. */
export default function VisitPage() {
  const [params] = useSearchParams();
  const [id, beforeId] = [params.get('id'), params.get('before')];
  const after = useOccasion(id);
  const before = useOccasion(beforeId);
  const { occasion } = after;
  const error = after.error ?? before.error;
  const earlier = beforeId === null ? null : before.occasion;
  if (occasion === null)
    return (
      <Page title="Visit">
        <EmptyState icon={<SearchX aria-hidden />} title="This visit does not exist">
          It may have been deleted with its last picture, or the link is not complete.{' '}
          <Link to="/places">See all places</Link>
        </EmptyState>
      </Page>
    );
  return (
    <Page
      title={earlier ? 'What changed' : (occasion?.name ?? 'Visit')}
      aside={!earlier && occasion?.visit && <VisitBadge status={occasion.visit.status} />}
      actions={
        <>
          {occasion?.visit && <CloseVisitButton visit={occasion.visit} onClosed={after.reload} />}
          {occasion?.visit && (
            <PageButton to={`/analyses?${new URLSearchParams({ visit: occasion.visit.visitId })}`}>
              <Images aria-hidden /> Its analyses
            </PageButton>
          )}
          {occasion?.visit && occasion.videoCount > 0 && (
            <PageButton to={videosAddressOf(occasion.visit)}>
              <Film aria-hidden />{' '}
              {occasion.videoCount === 1 ? 'Its video' : `Its ${formatCount(occasion.videoCount)} videos`}
            </PageButton>
          )}
          {occasion?.placeId != null && (
            <PageButton to={placeAddress(occasion.placeId)}>
              <CalendarClock aria-hidden /> {occasion.placeId}
            </PageButton>
          )}
        </>
      }
    >
      {error != null && (
        <Problem
          error={error}
          retry={() => {
            after.reload();
            before.reload();
          }}
        />
      )}
      {error == null && (occasion === undefined || earlier === undefined) && <Loading />}
      {beforeId !== null && earlier === null && <p>What it was to be compared with does not exist any more.</p>}
      {occasion?.visit && earlier === null && (
        <LatestVideos filter={{ visitId: occasion.visit.visitId }} to={videosAddressOf(occasion.visit)} />
      )}
      {occasion && earlier !== undefined && <Comparison before={earlier} after={occasion} />}
    </Page>
  );
}

function videosAddressOf({ visitId }: { visitId: string }): string {
  return `/videos?${new URLSearchParams({ visit: visitId })}`;
}
