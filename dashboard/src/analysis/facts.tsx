import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime } from '../format/format.ts';
import { placeAddress, visitAddress } from '../places/addresses.ts';
import { FactList } from '../ui/fact-list.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';

/** What else is known of an analysis; what there is not is left out. */
export function Facts({ analysis }: { analysis: AnalysisDetailsFragment }) {
  const { id, task, pipeline, batch, rerunOf, image, placeId, visit, createdAt, finishedAt, attempt, metadata } =
    analysis;
  const facts: [string, ReactNode][] = [
    ['Id', <code key="id">{id}</code>],
    [
      'Task',
      <Link key="task" to={`/analyses?task=${task.id}`}>
        {task.name}
      </Link>,
    ],
    ['Pipeline', `${pipeline.name} ${pipeline.version}`],
    ['Submitted', formatDateTime(createdAt)],
    ['Ended', finishedAt && formatDateTime(finishedAt)],
    [
      'Place',
      placeId && (
        <Link key="place" to={placeAddress(placeId)}>
          {placeId}
        </Link>
      ),
    ],
    [
      'Visit',
      visit && (
        <Link key="visit" to={visitAddress(visit.id)}>
          {visit.visitId}
        </Link>
      ),
    ],
    ['Image', image?.width && `${formatCount(image.width)} × ${formatCount(image.height ?? 0)} pixels`],
    ['Batch', batch && <code key="batch">{batch.id}</code>],
    [
      'Rerun of',
      rerunOf && (
        <Link key="rerun" to={`/analyses/${rerunOf.id}`}>
          {rerunOf.id}
        </Link>
      ),
    ],
    ['Attempts', attempt > 1 && formatCount(attempt)],
    ...Object.entries(metadata).map(([key, value]): [string, ReactNode] => [key, String(value)]),
  ];
  return <FactList facts={facts} />;
}
