import type { Client } from '../../client.ts';
import type { Picture } from '../pictures.ts';

interface NamedItem {
  name: string;
}

interface Position {
  shelf: number;
  position: number;
  status: string;
  found: number;
  visible: number;
  catalogItem: NamedItem;
}

interface Gap {
  shelf: number;
  facings: number;
  /** null: nobody knows what should stand there. */
  catalogItem: NamedItem | null;
}

interface PriceTag {
  price: { amount: string; currency: string | null } | null;
  detections: { catalogItem: NamedItem | null }[];
}

/** A picture, and how it agrees with the planogram. */
export interface ComparedBay {
  picture: Picture;
  compliance: { score: number | null; positions: Position[] };
  gaps: Gap[];
  gapShare: number | null;
  /** Empty: none was found, or the text could not be read. */
  priceTags: PriceTag[];
  planogramUrl: string;
}

const query = /* GraphQL */ `
  query Comparison($id: ID!) {
    node(id: $id) {
      ... on Analysis {
        compliance { score positions { shelf position status found visible catalogItem { name } } }
        gaps { shelf facings catalogItem { name } }
        gapShare
        priceTags { price { amount currency } detections { catalogItem { name } } }
        planogramUrl
      }
    }
  }
`;

type Answer = Omit<ComparedBay, 'picture' | 'priceTags'> & { priceTags: PriceTag[] | null };

/** What the server says about the picture; null: it was not compared. */
export async function readComparison(
  client: Client,
  analysisId: string,
  picture: Picture,
): Promise<ComparedBay | null> {
  const { node } = await client.request<{ node: Answer | null }>(query, { id: analysisId });
  if (!node?.compliance) return null;
  return { ...node, gaps: node.gaps ?? [], priceTags: node.priceTags ?? [], picture };
}
