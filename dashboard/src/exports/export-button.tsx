import { useMutation, useSubscription } from '@apollo/client/react';
import { Download } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatCount } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import type { AnalysisFilter, ExportFormat, ResultBasis } from '../graphql/schema-types.generated.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField, SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { ExportProgressDocument, StartExportDocument } from './export-button.generated.ts';

const formats = {
  IMAGE: {
    CSV: 'CSV: a line for each detection',
    JSONL: 'JSON Lines: an analysis a line',
    COCO: 'COCO: images, boxes and categories',
  },
  VIDEO: {
    CSV: 'CSV: a line for each thing and each second',
    JSONL: 'JSON Lines: analyses, things and frames',
    COCO: 'COCO: frames as images, boxes and tracks',
  },
} as const;

interface ExportButtonProps {
  filter: AnalysisFilter;
  label: string;
  /** What the analyses are of. Default: IMAGE. */
  mediaType?: keyof typeof formats;
}

/** Writes analyses into a file, and offers it as soon as it is there. */
export function ExportButton({ filter, label, mediaType = 'IMAGE' }: ExportButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [format, setFormat] = useState<ExportFormat>('CSV');
  const [basis, setBasis] = useState<ResultBasis>('FOUND');
  const [byteOrderMark, setByteOrderMark] = useState(false);
  const [start, { data, loading, error, reset }] = useMutation(StartExportDocument);
  const result = data?.exportAnalyses;
  const exportId = result?.__typename === 'Export' ? result.id : null;

  const write = () => {
    const input = { filter, format, mediaType, basis, byteOrderMark: format === 'CSV' && byteOrderMark };
    // What fails is shown from `error`.
    return start({ variables: { input } }).catch(() => undefined);
  };
  return (
    <>
      <Button
        onClick={() => {
          reset();
          dialog.current?.showModal();
        }}
      >
        <Download aria-hidden /> {label}
      </Button>
      <Dialog ref={dialog} title={label}>
        <SelectField label="Format" value={format} onChange={(event) => setFormat(event.target.value as ExportFormat)}>
          {Object.entries(formats[mediaType]).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </SelectField>
        {mediaType === 'IMAGE' && (
          <SelectField label="Results" value={basis} onChange={(event) => setBasis(event.target.value as ResultBasis)}>
            <option value="FOUND">As they were found</option>
            <option value="CORRECTED">With the corrections of people</option>
          </SelectField>
        )}
        {format === 'CSV' && (
          <CheckField
            label="For Excel: begin with a byte order mark"
            checked={byteOrderMark}
            onChange={({ target }) => setByteOrderMark(target.checked)}
          />
        )}
        {error && <Problem error={error} />}
        {result && 'message' in result && <Problem error={result} />}
        {exportId === null ? (
          <Button variant="primary" disabled={loading} onClick={() => void write()}>
            Write the file
          </Button>
        ) : (
          <ExportProgress id={exportId} />
        )}
      </Dialog>
    </>
  );
}

/** A stream about one export begins with its state, and completes when it has ended. */
function ExportProgress({ id }: { id: string }) {
  const { data, error } = useSubscription(ExportProgressDocument, { variables: { id } });
  const event = data?.exportEvents;
  const state = event?.__typename === 'ExportChanged' ? event.export : null;
  if (error) return <Problem error={error} />;
  if (state?.failure) return <Problem error={state.failure} />;
  if (!state?.url) return <p role="status">Writing…</p>;
  return (
    <p role="status">
      <a href={fileLink(state.url)} download>
        Download
      </a>{' '}
      {state.rows !== null && `(${formatCount(state.rows)} rows)`}
    </p>
  );
}
