import { useQuery } from '@apollo/client/react';
import { Plus, Rows3 } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { formatCount, formatDateTime } from '../format/format.ts';
import { placeAddress } from '../places/addresses.ts';
import { useScope } from '../scopes.ts';
import { TaskSelect } from '../tasks/task-select.tsx';
import { Badge } from '../ui/badge.tsx';
import { PageButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { newPlanogramAddress } from './addresses.ts';
import { NewPlanogramForm } from './new-planogram-form.tsx';
import { type PlanogramRowFragment, PlanogramsDocument } from './planograms.generated.ts';

/** What should stand on shelves. With `new` in the address a form is open, with what else the address says filled in. */
export default function PlanogramsPage() {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const mayWrite = useScope('WRITE');
  const dialog = useRef<HTMLDialogElement>(null);
  const taskId = params.get('task') ?? '';
  const isCreating = mayWrite && params.has('new');
  const filter = useMemo(() => (taskId === '' || isCreating ? {} : { taskId }), [taskId, isCreating]);
  const { data, error, refetch } = useQuery(PlanogramsDocument, {
    variables: { filter },
    fetchPolicy: 'cache-and-network',
  });
  useEffect(() => {
    if (isCreating) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isCreating]);
  const planograms = data?.planograms;
  return (
    <Page
      title="Planograms"
      aside={planograms && <Badge>{formatCount(planograms.totalCount)}</Badge>}
      actions={
        <>
          <TaskSelect taskId={isCreating ? '' : taskId} onChange={(task) => setParams(task === '' ? {} : { task })} />
          {mayWrite && (
            <PageButton to={newPlanogramAddress()}>
              <Plus aria-hidden /> New planogram
            </PageButton>
          )}
        </>
      }
    >
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {planograms?.nodes.length === 0 && <NoPlanograms isFiltered={taskId !== ''} />}
      {planograms && planograms.nodes.length > 0 && (
        <Card>
          <DataTable label="Planograms" columns={columns} rows={planograms.nodes} totalCount={planograms.totalCount} />
        </Card>
      )}
      <Dialog ref={dialog} title="New planogram" onClose={() => isCreating && setParams({}, { replace: true })}>
        {isCreating && (
          <NewPlanogramForm
            key={params.toString()}
            analysisId={params.get('from')}
            placeId={params.get('place')}
            taskId={params.get('task')}
            onDone={(id) => void navigate(`/planograms/${id}`, { replace: true })}
          />
        )}
      </Dialog>
    </Page>
  );
}

function NoPlanograms({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState icon={<Rows3 aria-hidden />} title="No planogram is attached to this task">
        <Link to="/planograms">Show all planograms</Link>
      </EmptyState>
    );
  return (
    <EmptyState icon={<Rows3 aria-hidden />} title="There is no planogram yet">
      A planogram says what should stand on shelves, and each picture is then compared with it. Open the{' '}
      <Link to="/analyses?status=SUCCEEDED">analysis</Link> of a picture that shows the shelf as it should be and press{' '}
      <i>Make a planogram</i>, or choose a CSV or JSON file with <i>New planogram</i>.
    </EmptyState>
  );
}

const columns: Column<PlanogramRowFragment>[] = [
  { heading: 'Name', render: ({ id, name }) => <Link to={`/planograms/${id}`}>{name}</Link> },
  { heading: 'Task', render: ({ task }) => (task ? <Link to={`/tasks/${task.id}`}>{task.name}</Link> : 'Every task') },
  {
    heading: 'Place',
    render: ({ placeId }) => (placeId === null ? 'Every place' : <Link to={placeAddress(placeId)}>{placeId}</Link>),
  },
  {
    heading: 'Version in use',
    isNumber: true,
    render: ({ currentVersion }) => (currentVersion ? formatCount(currentVersion.version) : 'None yet'),
  },
  { heading: 'Changed', render: ({ updatedAt }) => formatDateTime(updatedAt) },
];
