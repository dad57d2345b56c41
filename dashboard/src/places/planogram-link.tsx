import { Rows3 } from 'lucide-react';
import { newPlanogramAddress } from '../planograms/addresses.ts';
import { useScope } from '../scopes.ts';
import { PageButton } from '../ui/button.tsx';

interface PlanogramLinkProps {
  placeId: string;
  /** Those that are attached to the place. */
  planograms: readonly { id: string; name: string }[];
}

/** Leads to the planograms of a place, or to the form for a first one. */
export function PlanogramLink({ placeId, planograms }: PlanogramLinkProps) {
  const mayWrite = useScope('WRITE');
  if (planograms.length === 0)
    return (
      mayWrite && (
        <PageButton to={newPlanogramAddress({ place: placeId })}>
          <Rows3 aria-hidden /> New planogram
        </PageButton>
      )
    );
  return planograms.map(({ id, name }) => (
    <PageButton key={id} to={`/planograms/${id}`}>
      <Rows3 aria-hidden /> {name}
    </PageButton>
  ));
}
