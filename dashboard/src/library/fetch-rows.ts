import type { ApolloClient } from '@apollo/client';
import type { ListPage } from '../lists/list-window.ts';
import { type LibraryImageFragment, LibraryPageDocument, LibrarySearchDocument } from './library.generated.ts';
import { type Search, toInput } from './search.ts';

export interface ImageRow {
  id: string;
  /** Null: it has been deleted since. */
  image: LibraryImageFragment | null;
  /** How well it matches, 0 to 1; null without a search. */
  score: number | null;
}

/** A page of all images, newest first, or of what a search finds, best match first. */
export async function fetchRows(
  apollo: ApolloClient,
  search: Search | null,
  after: string | null,
): Promise<ListPage<ImageRow>> {
  if (search === null) {
    const { data } = await apollo.query({ query: LibraryPageDocument, variables: { after }, fetchPolicy: 'no-cache' });
    const { nodes, pageInfo } = data!.images;
    return { nodes: nodes.map((image) => ({ id: image.id, image, score: null })), pageInfo };
  }
  const variables = { by: toInput(search), after };
  const { data } = await apollo.query({ query: LibrarySearchDocument, variables, fetchPolicy: 'no-cache' });
  const { edges, pageInfo } = data!.searchImages;
  return { nodes: edges.map(({ node, score }) => ({ id: node.id, image: node, score })), pageInfo };
}
