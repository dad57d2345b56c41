import { useQuery } from '@apollo/client/react';
import { Braces, FilePlus2, Settings2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { saveJson } from '../analysis/save-json.ts';
import { formatCount } from '../format/format.ts';
import { placeAddress } from '../places/addresses.ts';
import { useScope } from '../scopes.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { toPlanFile } from './plan-file.ts';
import { PlanogramDrawing } from './planogram-drawing.tsx';
import { PlanogramSettings } from './planogram-settings.tsx';
import { type PlanogramDetailsQuery, PlanogramShelvesDocument } from './planograms.generated.ts';
import { VersionForm } from './version-form.tsx';
import { VersionList } from './version-list.tsx';

export type PlanogramDetails = Extract<PlanogramDetailsQuery['node'], { __typename: 'Planogram' }>;

interface PlanogramViewProps {
  planogram: PlanogramDetails;
  onChanged(): void;
}

/** A planogram as its shelves look: the version in the address, or else the one in use. */
export function PlanogramView({ planogram, onChanged }: PlanogramViewProps) {
  const [params] = useSearchParams();
  const isWritable = useScope('WRITE') && planogram.deletedAt === null;
  const { id, name, task, placeId, currentVersion } = planogram;
  const versions = planogram.versions.edges;
  const wanted = Number(params.get('version')) || currentVersion?.version;
  const index = Math.max(
    0,
    versions.findIndex(({ node }) => node.version === wanted),
  );
  const { data, error, refetch } = useQuery(PlanogramShelvesDocument, {
    variables: { id, after: versions[index - 1]?.cursor ?? null },
    // A new version moves all others by one.
    fetchPolicy: 'no-cache',
  });
  const shown = data?.node?.__typename === 'Planogram' ? data.node.versions.nodes[0] : undefined;
  return (
    <Page
      title={name}
      aside={planogram.deletedAt !== null && <Badge tone="warn">Deleted</Badge>}
      actions={
        <>
          {shown && (
            <Button onClick={() => saveJson(`${name}, version ${shown.version}.json`, toPlanFile(shown.shelves))}>
              <Braces aria-hidden /> Save as JSON
            </Button>
          )}
          {isWritable && (
            <>
              <DialogButton label="New version" icon={<FilePlus2 aria-hidden />}>
                {(close) => (
                  <VersionForm
                    planogramId={id}
                    onDone={() => {
                      close();
                      onChanged();
                      void refetch();
                    }}
                  />
                )}
              </DialogButton>
              <DialogButton label="Settings" icon={<Settings2 aria-hidden />}>
                {(close) => (
                  <PlanogramSettings
                    planogram={planogram}
                    onDone={() => {
                      close();
                      onChanged();
                    }}
                  />
                )}
              </DialogButton>
            </>
          )}
        </>
      }
    >
      <p>
        Pictures of {task ? <Link to={`/tasks/${task.id}`}>{task.name}</Link> : 'every task'}
        {placeId !== null ? (
          <>
            {' '}
            at <Link to={placeAddress(placeId)}>{placeId}</Link>
          </>
        ) : (
          ' at every place without a planogram of its own'
        )}{' '}
        are compared with it.
      </p>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {shown && (
        <Card title={`Version ${formatCount(shown.version)}`}>
          <PlanogramDrawing shelves={shown.shelves} />
        </Card>
      )}
      <VersionList planogram={planogram} shown={versions[index]?.node.version ?? null} />
    </Page>
  );
}

interface DialogButtonProps {
  label: string;
  icon: React.ReactNode;
  children(close: () => void): React.ReactNode;
}

/** Opens a dialog whose content begins anew each time. */
function DialogButton({ label, icon, children }: DialogButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [opened, setOpened] = useState(0);
  const open = () => {
    setOpened((times) => times + 1);
    dialog.current?.showModal();
  };
  return (
    <>
      <Button onClick={open}>
        {icon} {label}
      </Button>
      <Dialog ref={dialog} title={label}>
        {opened > 0 && <div key={opened}>{children(() => dialog.current?.close())}</div>}
      </Dialog>
    </>
  );
}
