import { useApolloClient } from '@apollo/client/react';
import { Braces, ImageDown, SquareDashed } from 'lucide-react';
import { useState } from 'react';
import { ExportButton } from '../exports/export-button.tsx';
import { fileLink } from '../graphql/file-link.ts';
import { useScope } from '../scopes.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { AnalysisCocoDocument, type AnalysisDetailsFragment } from './analysis.generated.ts';
import { saveJson } from './save-json.ts';

/** The picture as it was sent, and the result in the forms that other programs read. */
export function Downloads({ analysis }: { analysis: AnalysisDetailsFragment }) {
  const apollo = useApolloClient();
  const mayWrite = useScope('WRITE');
  const [error, setError] = useState<unknown>(null);
  const { id, status, image, annotatedUrl } = analysis;
  const name = nameOf(analysis);

  const saveCoco = async () => {
    const { data } = await apollo.query({ query: AnalysisCocoDocument, variables: { id }, fetchPolicy: 'no-cache' });
    if (data?.node?.__typename === 'Analysis') saveJson(`${name}.coco.json`, data.node.coco);
  };

  return (
    <>
      {error !== null && <Problem error={error} />}
      {annotatedUrl && (
        <ButtonLink href={fileLink(annotatedUrl)} target="_blank" rel="noreferrer">
          <SquareDashed aria-hidden /> Annotated
        </ButtonLink>
      )}
      {image?.original && (
        <ButtonLink href={fileLink(image.original)} target="_blank" rel="noreferrer">
          <ImageDown aria-hidden /> Original
        </ButtonLink>
      )}
      {status === 'SUCCEEDED' && (
        <Button onClick={() => void saveCoco().catch(setError)}>
          <Braces aria-hidden /> COCO
        </Button>
      )}
      <Button onClick={() => saveJson(`${name}.json`, analysis)}>
        <Braces aria-hidden /> JSON
      </Button>
      {mayWrite && <ExportButton filter={{ ids: [id] }} label="Export" />}
    </>
  );
}
