import { useMutation } from '@apollo/client/react';
import { DoorClosed } from 'lucide-react';
import { useState } from 'react';
import { describeProblem } from '../graphql/describe-problem.ts';
import type { VisitStatus } from '../graphql/schema-types.generated.ts';
import { useScope } from '../scopes.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CloseVisitDocument } from './place.generated.ts';

interface CloseVisitButtonProps {
  visit: { id: string; visitId: string; status: VisitStatus };
  onClosed(): void;
}

/** Says that no picture follows, so that its alerts are evaluated now. */
export function CloseVisitButton({ visit, onClosed }: CloseVisitButtonProps) {
  const mayWrite = useScope('WRITE');
  const [close, { loading }] = useMutation(CloseVisitDocument);
  const [problem, setProblem] = useState<string | null>(null);
  if (!mayWrite || visit.status !== 'OPEN') return null;
  const closeIt = async () => {
    const { data } = await close({ variables: { id: visit.id } });
    const result = data!.closeVisit;
    if ('message' in result) setProblem(result.message);
    else onClosed();
  };
  return (
    <>
      {problem !== null && <Badge tone="bad">{problem}</Badge>}
      <Button
        disabled={loading}
        aria-label={`Close the visit ${visit.visitId}`}
        onClick={() => void closeIt().catch((error) => setProblem(describeProblem(error)))}
      >
        <DoorClosed aria-hidden /> Close
      </Button>
    </>
  );
}
