import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { formatBytes, formatCompact, formatCount, formatDuration } from '../format/format.ts';
import { useScope } from '../scopes.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { OrganizationDocument, type OrganizationQuery } from './organization.generated.ts';
import { RetentionForm } from './retention-form.tsx';

type Plan = OrganizationQuery['viewer']['organization']['plan'];
type Usage = OrganizationQuery['viewer']['organization']['usage'];

/** What the organisation has used of its plan, and how long its data is kept. */
export default function OrganizationPage() {
  const mayChange = useScope('ADMIN');
  const [month] = useState(() => ({ from: startOfMonth(new Date()).toISOString() }));
  const { data, error, refetch } = useQuery(OrganizationDocument, {
    variables: { month },
    fetchPolicy: 'cache-and-network',
  });
  if (!data)
    return (
      <Page title="Organisation">{error ? <Problem error={error} retry={() => void refetch()} /> : <Loading />}</Page>
    );
  const { name, plan, usage, retention } = data.viewer.organization;
  const videoLimit = describeVideoLimit(plan);
  const storageLimit = plan.maxStorageBytes === null ? 'no limit' : `of ${formatBytes(plan.maxStorageBytes)}`;
  return (
    <Page title={name} aside={<Badge>Plan {plan.label}</Badge>}>
      <Stats>
        <Stat label="Analyses" value={formatCount(usage.analysesOfMonth)} unit="this month" />
        <Stat label="Analyses" value={formatCount(usage.analyses)} unit="in all" />
        <Stat label="Images" value={formatCount(usage.images)} unit="in the library" />
        <Stat label="Storage" value={formatBytes(usage.storageBytes)} unit={storageLimit} />
        <Stat label="Credits" value={creditsLeft(usage.creditsAvailable)} unit={creditsUsed(usage)} />
        <Stat label="Batches" value={formatCount(plan.maxBatchSize)} unit="images at most" />
        {videoLimit !== '' && <Stat label="Videos" value={videoLimit} unit="each at most" />}
        <Stat label="Queries" value={formatCompact(plan.requestCostPerMinute)} unit="objects a minute at most" />
      </Stats>
      <Card title="Retention">
        <RetentionForm retention={retention} isReadOnly={!mayChange} />
      </Card>
    </Page>
  );
}

function startOfMonth(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), 1);
}

/** Of the plan; empty: that of the server applies. */
function describeVideoLimit({ maxVideoBytes, maxVideoSeconds }: Plan): string {
  const limits = [
    maxVideoBytes !== null && formatBytes(maxVideoBytes),
    maxVideoSeconds !== null && formatDuration(maxVideoSeconds * 1000),
  ];
  return limits.filter(Boolean).join(', ');
}

function creditsLeft(credits: number | null): string {
  return credits === null ? 'No limit' : formatCount(credits);
}

function creditsUsed({ creditsAvailable, creditsConsumed }: Usage): string {
  return `${creditsAvailable === null ? '' : 'left, '}${formatCount(creditsConsumed)} used`;
}
