import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { fromLocalInput, readFilter, toLocalInput } from '../analyses/filter.ts';
import { ExportButton } from '../exports/export-button.tsx';
import { formatCount } from '../format/format.ts';
import type { VideoAnalysisFilter } from '../graphql/schema-types.generated.ts';
import { useScope } from '../scopes.ts';
import { TaskSelect } from '../tasks/task-select.tsx';
import { Badge } from '../ui/badge.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { analysisStatuses, statusLabel } from '../ui/status-badge.tsx';
import { VideoList } from './video-list.tsx';
import { VideosStartDocument } from './videos.generated.ts';
import styles from './videos-page.module.css';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

type FilterName = 'status' | 'task' | 'place' | 'visit' | 'from' | 'to';

/** All video analyses that the filters in the address let through. */
export default function VideosPage() {
  const [params, setParams] = useSearchParams();
  const mayWrite = useScope('WRITE');
  const filter = useMemo(() => readVideoFilter(params), [params]);
  // What was counted before is not what is there now.
  const { data, error, refetch } = useQuery(VideosStartDocument, { variables: { filter }, fetchPolicy: 'no-cache' });
  const change = (name: FilterName, value: string) => {
    if ((params.get(name) ?? '') === value) return;
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next);
  };
  const text = (name: 'place' | 'visit') => ({
    // Another value of the address, for example after "back", is a new field.
    key: `${name} ${params.get(name)}`,
    defaultValue: params.get(name) ?? '',
    onBlur: (event: { currentTarget: HTMLInputElement }) => change(name, event.currentTarget.value.trim()),
  });
  const time = (name: 'from' | 'to') => ({
    type: 'datetime-local',
    value: toLocalInput(params.get(name)),
    onChange: (event: { currentTarget: HTMLInputElement }) => change(name, fromLocalInput(event.currentTarget.value)),
  });
  return (
    <Page
      title="Videos"
      aside={data && <Badge>{formatCount(data.videoAnalyses.totalCount)}</Badge>}
      actions={mayWrite && <ExportButton filter={filter} label="Export all" mediaType="VIDEO" />}
    >
      <search className={styles.bar}>
        <SelectField
          label="Status"
          value={params.get('status') ?? ''}
          onChange={(event) => change('status', event.target.value)}
        >
          <option value="">All</option>
          {analysisStatuses.map((status) => (
            <option key={status} value={status}>
              {statusLabel(status)}
            </option>
          ))}
        </SelectField>
        <TaskSelect taskId={params.get('task') ?? ''} onChange={(taskId) => change('task', taskId)} />
        <TextField label="Place" placeholder="store-12" {...text('place')} />
        <TextField label="Visit" placeholder="2026-03-02" {...text('visit')} />
        <TextField label={`From (${zone})`} {...time('from')} />
        <TextField label={`To (${zone})`} {...time('to')} />
      </search>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {data && (
        <VideoList
          // Another filter is another list, as is the one that is read again.
          key={data.eventCursor}
          filter={filter}
          eventCursor={data.eventCursor}
          isFiltered={params.size > 0}
          onReload={() => void refetch()}
        />
      )}
    </Page>
  );
}

/** The filters of images that videos have, too. */
function readVideoFilter(params: URLSearchParams): VideoAnalysisFilter {
  const { status, taskId, placeId, visitId, createdAt } = readFilter(params);
  return { status, taskId, placeId, visitId, createdAt };
}
