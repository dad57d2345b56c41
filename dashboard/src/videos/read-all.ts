interface Page<Node> {
  nodes: readonly Node[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

/** All entries of a connection of which it is known that they fit into memory. @param load null: there is no such object */
export async function readAll<Node>(load: (after: string | null) => Promise<Page<Node> | null>): Promise<Node[]> {
  const all: Node[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page<Node> | null = await load(after);
    all.push(...(page?.nodes ?? []));
    if (!page?.pageInfo.hasNextPage) return all;
    after = page.pageInfo.endCursor;
  }
}
