import { useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';

interface RevokeButtonProps {
  /** For example `the key Kiosk`. */
  what: string;
  /** Resolves with the API's refusal, null when it is revoked. */
  revoke(): Promise<unknown>;
}

/** Asks first: what is revoked stays so. */
export function RevokeButton({ what, revoke }: RevokeButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const confirm = async () => {
    const refusal = await revoke().catch((error: unknown) => error);
    setProblem(refusal);
    if (refusal === null) dialog.current?.close();
  };
  return (
    <>
      <Button aria-label={`Revoke ${what}`} onClick={() => dialog.current?.showModal()}>
        Revoke
      </Button>
      <Dialog ref={dialog} title={`Revoke ${what}?`}>
        <p>Programs and browsers that use it are rejected within seconds. It cannot be undone.</p>
        {problem !== null && <Problem error={problem} />}
        <Button variant="danger" onClick={() => void confirm()}>
          Revoke for good
        </Button>
      </Dialog>
    </>
  );
}
