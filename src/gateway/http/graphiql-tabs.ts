/** The tabs that GraphiQL opens with: the steps from a key to a recognised shelf. */
const headers = JSON.stringify({ 'X-API-Key': '' }, null, 2);

const welcome = `# Put your API key into the Headers tab below,
# in every tab that you use.
# Ctrl-Space completes. The book icon at the left
# explains every type and field.

query WhoAmI {
  viewer {
    organization { id name plan { name maxBatchSize } }
    apiKey { name scopes lastUsedAt }
  }
}
`;

const catalogue = `# The catalogue: the products that analyses look for.
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

const submit = `# Finds a task's products in photos.
# It returns at once: follow the batch in the next tab.
# This page cannot attach files: use base64, as here,
# or multipart/form-data from a program.
mutation Submit($taskId: ID!, $image: Byte!) {
  submitBatch(input: { taskId: $taskId, images: [{ source: { base64: $image } }] }) {
    __typename
    ... on SubmitBatchPayload {
      batch { id status total eventCursor }
      items { index analysis { id status } }
    }
    ... on UserError { code message }
  }
}
`;

const follow = `# Every change of the batch's analyses, until all have
# ended. Pass the last cursor as \`after\` to resume.
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

export const graphiqlTabs = [
  { query: welcome, headers },
  { query: catalogue, headers },
  { query: submit, headers, variables: JSON.stringify({ taskId: '', image: '' }, null, 2) },
  { query: follow, headers, variables: JSON.stringify({ batchId: '', after: null }, null, 2) },
];
