import { useQuery } from '@apollo/client/react';
import { CircleCheckBig, ImageUp, PackageSearch } from 'lucide-react';
import { Link } from 'react-router';
import type { AnalysisFilter } from '../graphql/schema-types.generated.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { WhatToReviewDocument } from './nothing-left.generated.ts';

interface NothingLeftProps {
  filter: AnalysisFilter;
  /** Address of the same queue with the facings that are hardly in doubt; null: it is this one. */
  allAddress: string | null;
}

/** Why nothing is asked, and what to do next. */
export function NothingLeft({ filter, allAddress }: NothingLeftProps) {
  const { data, error } = useQuery(WhatToReviewDocument, { variables: { filter }, fetchPolicy: 'no-cache' });
  const lookAtAll = allAddress !== null && <Link to={allAddress}>look at all facings</Link>;
  if (!data && !error) return <Loading />;
  if (data?.analyses.nodes.length === 0)
    return (
      <EmptyState icon={<ImageUp aria-hidden />} title="No picture has been recognised yet">
        What was found in pictures is reviewed here. <Link to="/upload">Upload some</Link> first, or choose another
        task.
      </EmptyState>
    );
  if (data?.catalogItems.nodes.length === 0)
    return (
      <EmptyState icon={<PackageSearch aria-hidden />} title="The catalogue is empty">
        A facing is in doubt when it looks like a product of the catalogue, and there is none.{' '}
        <Link to="/catalog">Add products</Link> and run the analyses again
        {lookAtAll && <>, or {lookAtAll} to name them and add them to the catalogue from here</>}.
      </EmptyState>
    );
  return (
    <EmptyState icon={<CircleCheckBig aria-hidden />} title="Nothing is left to review">
      Every facing is certain, or somebody has looked at it. <Link to="/analyses">See all analyses</Link>
      {lookAtAll && <>, or {lookAtAll}</>}.
    </EmptyState>
  );
}
