import { useEffect, useState } from 'react';
import { useGateway } from '../../graphql/gateway-context.ts';
import { Proposals } from './proposals.ts';
import { ProposalsView } from './proposals-view.tsx';

/** The corrections that wait for approval. It begins again when the stream of changes has a gap. */
export default function ProposalsPage() {
  const [attempt, setAttempt] = useState(0);
  return <ProposalsOf key={attempt} onGap={() => setAttempt(attempt + 1)} />;
}

function ProposalsOf({ onGap }: { onGap(): void }) {
  const { apollo } = useGateway();
  const [proposals] = useState(() => new Proposals(apollo));
  useEffect(() => () => proposals.close(), [proposals]);
  return <ProposalsView proposals={proposals} onGap={onGap} />;
}
