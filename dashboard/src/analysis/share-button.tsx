import { useLazyQuery } from '@apollo/client/react';
import { Check, Copy, Share2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatDateTime } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { ShareLinkDocument } from './share.generated.ts';

interface ShareButtonProps {
  analysisId: string;
  /** Of what the page shows, which is what the link shows. */
  minConfidence: number;
}

/** Browsers have no clipboard for pages over HTTP from another machine: there the link is selected, to be copied by hand. */
const canCopy = navigator.clipboard !== undefined;

/** A link to the picture with its boxes, for people who have no key. It is the API's own, so it expires when the API says so. */
export function ShareButton({ analysisId, minConfidence }: ShareButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  const [copyProblem, setCopyProblem] = useState<unknown>(null);
  const [read, { data, error, loading }] = useLazyQuery(ShareLinkDocument, { fetchPolicy: 'no-cache' });
  const url = data?.node?.__typename === 'Analysis' ? data.node.annotatedUrl : null;
  const link = url === null ? null : fileLink(url);

  const load = () => void read({ variables: { id: analysisId, minConfidence } }).catch(() => undefined);
  const open = () => {
    setIsCopied(false);
    setCopyProblem(null);
    load();
    dialog.current?.showModal();
  };
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };

  return (
    <>
      <Button onClick={open}>
        <Share2 aria-hidden /> Share
      </Button>
      <Dialog ref={dialog} title="Share the annotated picture">
        {loading && <Loading />}
        {error && <Problem error={error} retry={load} />}
        {!loading && data && link === null && <p>There is no annotated picture: the image has been deleted.</p>}
        {!loading && link !== null && (
          <>
            <p>
              Whoever has this link sees the picture with its boxes and names, and nothing else, without signing in. It
              works until <strong>{formatDateTime(expiryOf(link))}</strong> and cannot be withdrawn before.
            </p>
            <TextField label="Link" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
            {canCopy && (
              <Button variant="primary" onClick={() => void copy(link).catch(setCopyProblem)}>
                {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />} {isCopied ? 'Copied' : 'Copy the link'}
              </Button>
            )}
            {copyProblem !== null && <Problem error={copyProblem} />}
          </>
        )}
      </Dialog>
    </>
  );
}

/** Signed links name the second at which they expire. */
function expiryOf(link: string): string {
  return new Date(Number(new URL(link).searchParams.get('expires')) * 1000).toISOString();
}
