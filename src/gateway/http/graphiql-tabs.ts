const welcome = `# Enter your API key at the top right.
# Ctrl-Space completes. The book at the
# left explains every type and field.

query WhoAmI {
  viewer {
    organization { id name plan { name maxBatchSize } }
    apiKey { name scopes lastUsedAt }
  }
}
`;

const catalogue = `# The products that analyses look for.
query Catalogue($first: Int = 20, $after: String) {
  catalogItems(first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        id
        name
        brand
        status
        failure { code message }
        thumbnail { url(width: 320) }
      }
    }
  }
}
`;

const here = `# Ids for the next tab. This page cannot
# attach files: upload images elsewhere.
query Here {
  tasks(first: 5) {
    nodes { id name type }
  }
  images(first: 5) {
    nodes { id filename status url(width: 320) }
  }
}
`;

const submit = `# Put the ids of a task and an image into
# the variables. The answer comes at once:
# follow the batch in the next tab.
mutation Submit($taskId: ID!, $imageId: ID!) {
  submitBatch(input: {
    taskId: $taskId
    images: [{ source: { imageId: $imageId } }]
  }) {
    __typename
    ... on SubmitBatchPayload {
      batch { id status total eventCursor }
      items { index analysis { id status } }
    }
    ... on UserError { code message }
  }
}
`;

const follow = `# Every change of the batch's analyses,
# until all have ended. To resume, pass
# the last cursor as after.
subscription Follow($batchId: ID!, $after: String) {
  analysisEvents(filter: { batchId: $batchId }, after: $after) {
    ... on AnalysisStatusChanged {
      cursor
      status
      analysis {
        id
        durationSeconds
        failure { code message }
        detections {
          box(unit: NORMALIZED) { x y width height }
          confidence
          catalogItem { name }
        }
      }
    }
    ... on StreamResync { cursor reason }
  }
}
`;

/**
 * The tabs that GraphiQL opens with: the way from a key to a recognised shelf. Comments are at most 42 characters wide: in a window of
 * 1,100 pixels what is longer lies behind the buttons.
 */
export const graphiqlTabs = [
  { query: welcome },
  { query: catalogue },
  { query: here },
  { query: submit, variables: JSON.stringify({ taskId: '', imageId: '' }, null, 2) },
  { query: follow, variables: JSON.stringify({ batchId: '', after: null }, null, 2) },
];
