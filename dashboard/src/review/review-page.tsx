import { type ReactNode, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { readFilter } from '../analyses/filter.ts';
import { useGateway } from '../graphql/gateway-context.ts';
import { TaskSelect } from '../tasks/task-select.tsx';
import { NothingLeft } from './nothing-left.tsx';
import { Review } from './review.ts';
import { ReviewView } from './review-view.tsx';

/**
 * What is doubtful, facing by facing, the least certain pictures first. The address may have the filters of the list of analyses, `all` to
 * look also at what is hardly in doubt, or the one `analysis` of which everything is to be looked at.
 */
export default function ReviewPage() {
  const [params, setParams] = useSearchParams();
  const chooseTask = (task: string) => {
    const next = new URLSearchParams(params);
    if (task === '') next.delete('task');
    else next.set('task', task);
    setParams(next);
  };
  const filters = <TaskSelect taskId={params.get('task') ?? ''} onChange={chooseTask} />;
  return <ReviewOf key={params.toString()} params={params} filters={filters} />;
}

function ReviewOf({ params, filters }: { params: URLSearchParams; filters: ReactNode }) {
  const { apollo } = useGateway();
  const analysisId = params.get('analysis');
  const all = analysisId !== null || params.has('all');
  const [filter] = useState(() => ({
    ...readFilter(params),
    status: ['SUCCEEDED' as const],
    ...(analysisId && { ids: [analysisId] }),
  }));
  const [review] = useState(() => new Review({ apollo, filter, all }));
  useEffect(() => () => review.close(), [review]);
  const allAddress = all ? null : `/review?${new URLSearchParams([...params, ['all', '1']])}`;
  return (
    <ReviewView
      review={review}
      filters={filters}
      nothingLeft={<NothingLeft filter={filter} allAddress={allAddress} />}
    />
  );
}
