import { useQuery } from '@apollo/client/react';
import { formatDateTime } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { PictureLinkDocument } from './share.generated.ts';
import styles from './share-button.module.css';

/** The API's own link to the picture with its boxes: it expires when the API says so. */
export function PictureLink({ analysisId, minConfidence }: { analysisId: string; minConfidence: number }) {
  const { data, error, refetch } = useQuery(PictureLinkDocument, {
    variables: { id: analysisId, minConfidence },
    fetchPolicy: 'no-cache',
  });
  const url = data?.node?.__typename === 'Analysis' ? data.node.annotatedUrl : null;
  const link = url === null ? null : fileLink(url);
  return (
    <section className={styles.link}>
      <h3>Only the picture</h3>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && link === null && <p>There is no annotated picture: the image has been deleted.</p>}
      {link !== null && (
        <>
          <p>
            The picture with its boxes and names. The link works until <strong>{formatDateTime(expiryOf(link))}</strong>{' '}
            and cannot be withdrawn before.
          </p>
          <CopyField label="Link to the picture" text={link} />
        </>
      )}
    </section>
  );
}

/** Signed links name the second at which they expire. */
function expiryOf(link: string): string {
  return new Date(Number(new URL(link).searchParams.get('expires')) * 1000).toISOString();
}
