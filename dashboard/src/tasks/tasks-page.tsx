import { useQuery } from '@apollo/client/react';
import { ClipboardList, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import { useScope } from '../scopes.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { TaskForm } from './task-form.tsx';
import { type TaskRowFragment, TasksDocument } from './tasks.generated.ts';

/** What is looked for in pictures, and how. */
export default function TasksPage() {
  const mayWrite = useScope('WRITE');
  const dialog = useRef<HTMLDialogElement>(null);
  // A form begins anew each time that it is opened.
  const [form, setForm] = useState<{ task: TaskRowFragment | null; count: number } | null>(null);
  const { data, error, refetch } = useQuery(TasksDocument, { fetchPolicy: 'cache-and-network' });
  const open = (task: TaskRowFragment | null) => {
    setForm((before) => ({ task, count: (before?.count ?? 0) + 1 }));
    dialog.current?.showModal();
  };
  const close = () => {
    dialog.current?.close();
    void refetch();
  };
  const edit: Column<TaskRowFragment> = {
    heading: '',
    render: (task) => (
      <Button aria-label={`Edit ${task.name}`} onClick={() => open(task)}>
        Edit
      </Button>
    ),
  };

  return (
    <Page
      title="Tasks"
      aside={data && <Badge>{formatCount(data.tasks.totalCount)}</Badge>}
      actions={
        mayWrite && (
          <Button variant="primary" onClick={() => open(null)}>
            <Plus aria-hidden /> New task
          </Button>
        )
      }
    >
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.tasks.nodes.length === 0 && (
        <EmptyState icon={<ClipboardList aria-hidden />} title="There is no task yet">
          A task says what to look for in pictures. Pictures are then uploaded for it.
        </EmptyState>
      )}
      {data && data.tasks.nodes.length > 0 && (
        <Card>
          <DataTable
            label="Tasks"
            columns={mayWrite ? [...columns, edit] : columns}
            rows={data.tasks.nodes}
            totalCount={data.tasks.totalCount}
          />
        </Card>
      )}
      <Dialog ref={dialog} title={form?.task ? 'Edit task' : 'New task'}>
        {form !== null && data && (
          <TaskForm key={form.count} task={form.task} pipelines={data.pipelines} onDone={close} />
        )}
      </Dialog>
    </Page>
  );
}

const columns: Column<TaskRowFragment>[] = [
  { heading: 'Name', render: ({ id, name }) => <Link to={`/tasks/${id}`}>{name}</Link> },
  { heading: 'Type', render: ({ type }) => type },
  { heading: 'Pipeline', render: ({ pipeline }) => `${pipeline.name}@${pipeline.version}` },
  { heading: 'Looks for', render: describeGoal },
  { heading: 'Threshold', isNumber: true, render: ({ threshold }) => formatShare(threshold) },
  { heading: 'Created', render: ({ createdAt }) => formatDateTime(createdAt) },
];

function describeGoal({ type, allCatalogItems, acceptGroups }: TaskRowFragment): string {
  if (type === 'FILTER') return acceptGroups.join(', ');
  if (type !== 'DETECTION') return '–';
  return allCatalogItems ? 'The whole catalogue' : 'Chosen items';
}
