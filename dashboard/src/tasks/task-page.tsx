import { useQuery } from '@apollo/client/react';
import { Link, useParams, useSearchParams } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { SelectField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { TaskPageDocument } from './task-page.generated.ts';
import { TaskStats } from './task-stats.tsx';

const periods = ['7', '30', '90'];

/** What a task has found, day by day. */
export default function TaskPage() {
  const { id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const days = periods.find((period) => period === params.get('days')) ?? '30';
  const { data, error, refetch } = useQuery(TaskPageDocument, { variables: { id } });
  const task = data?.node?.__typename === 'Task' ? data.node : null;
  return (
    <Page title={task?.name ?? 'Task'} actions={task && <Link to={`/analyses?task=${id}`}>Its analyses</Link>}>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && !task && (
        <EmptyState title="This task does not exist">
          The link may not be complete. <Link to="/tasks">See all tasks</Link>
        </EmptyState>
      )}
      {task && (
        <>
          {task.deletedAt !== null && <p>This task has been deleted. Its analyses are still there.</p>}
          {task.description !== '' && <p>{task.description}</p>}
          <SelectField
            label="Period"
            value={days}
            onChange={({ target }) => setParams({ days: target.value }, { replace: true })}
          >
            {periods.map((period) => (
              <option key={period} value={period}>
                The last {period} days
              </option>
            ))}
          </SelectField>
          <TaskStats key={days} taskId={id} days={Number(days)} />
        </>
      )}
    </Page>
  );
}
