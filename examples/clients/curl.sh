#!/usr/bin/env bash
# Everything from a product to detections, with only curl and jq: creates an item and a task, submits a photograph, follows it.
#   SIGHTLINE_API_KEY=sl_… examples/clients/curl.sh product.jpg shelf.jpg
# Prints the detections as one line of JSON each; progress goes to stderr.
set -euo pipefail
url=${SIGHTLINE_URL:-http://127.0.0.1:4000}/graphql
product=$1 shelf=$2
auth=(-H "X-API-Key: ${SIGHTLINE_API_KEY:?}")

# Reads a response: prints its data, or prints its error to stderr and fails.
graphql() { jq -e 'if .errors then error(.errors[0].message) else .data[] end'; }

# Sends a query or mutation. Arguments: its text, its variables as JSON.
post() {
  jq -n --arg query "$1" --argjson variables "${2:-{\}}" '{$query, $variables}' |
    curl -sS "$url" "${auth[@]}" -H 'Content-Type: application/json' --data-binary @- | graphql
}

# Sends a mutation with one file. Arguments: its text, its variables with null for the file, the path of that null, the file.
upload() {
  curl -sS "$url" "${auth[@]}" \
    --form-string operations="$(jq -n --arg query "$1" --argjson variables "$2" '{$query, $variables}')" \
    --form-string map="$(jq -n --arg path "$3" '{file: [$path]}')" -F file=@"$4" | graphql
}

# Prints the events of a subscription, one per line, until it completes; fails if the connection is cut.
# To continue after a cut, subscribe again with the last cursor as `after`.
subscribe() {
  jq -n --arg query "$1" --argjson variables "$2" '{$query, $variables}' |
    curl -sSN "$url" "${auth[@]}" -H 'Content-Type: application/json' -H 'Accept: text/event-stream' --data-binary @- |
    sed -un 's/^data: *\({.*\)/\1/p'
}

item=$(upload 'mutation ($input: CreateCatalogItemInput!) {
  createCatalogItem(input: $input) { ... on CatalogItem { id } ... on UserError { code message } } }' \
  "$(jq -n --arg name "$(basename "$product")" '{input: {$name, thumbnail: {upload: null}}}')" \
  variables.input.thumbnail.upload "$product" | jq -re '.id // error(.message)')
subscribe 'subscription ($ids: [ID!]) { catalogItemEvents(ids: $ids) { ... on CatalogItemChanged { status } } }' \
  "$(jq -n --arg id "$item" '{ids: [$id]}')" | jq -c '.data.catalogItemEvents' >&2

task=$(post 'mutation ($ids: [ID!]) {
  createTask(input: { name: "curl", catalogItemIds: $ids }) { ... on Task { id } ... on UserError { code message } } }' \
  "$(jq -n --arg id "$item" '{ids: [$id]}')" | jq -re '.id // error(.message)')

# Repeating this request with its key, for example after a timeout, creates no second batch.
batch=$(upload 'mutation ($input: SubmitBatchInput!) {
  submitBatch(input: $input) {
    ... on SubmitBatchPayload { batch { id eventCursor } replayed } ... on UserError { code message } } }' \
  "$(jq -n --arg taskId "$task" --arg key "${IDEMPOTENCY_KEY:-$(date +%s)-$$}" \
    '{input: {$taskId, idempotencyKey: $key, images: [{source: {upload: null}}]}}')" \
  variables.input.images.0.source.upload "$shelf" | jq -ce '.batch // error(.message)')

subscribe 'subscription ($batchId: ID!, $after: String) {
  analysisEvents(filter: { batchId: $batchId }, after: $after) {
    ... on StreamEvent { cursor } ... on AnalysisStatusChanged { status } ... on StreamResync { reason } } }' \
  "$(jq -n --argjson batch "$batch" '{batchId: $batch.id, after: $batch.eventCursor}')" |
  jq -c '.data.analysisEvents' >&2

post 'query ($id: ID!) { node(id: $id) { ... on Batch { analyses { edges { node { detections {
  confidence box { x y width height } catalogItem { id name } } } } } } } }' \
  "$(jq -n --argjson batch "$batch" '{id: $batch.id}')" | jq -c '.analyses.edges[].node.detections[]'
