/** The ways in which an id is asked for. What is asked: cases.ts. */
import { request } from '../../support/client.ts';
import { failures } from '../../support/recognition.ts';
import type { Data } from '../../support/user.ts';
import type { Kind, World } from './world.ts';

/** One place for an id. */
export interface IdCase {
  /** What the id there names. */
  kind: Kind;
  /** Asks as `asker`, with all other ids being the asker's own, and returns everything that is answered. */
  ask(asker: World, id: string): Promise<Data>;
  /** Whether it follows the log, which tells of what happened and not of what is. */
  stream?: boolean;
  /** Whether it is a stream that does not complete. */
  endless?: boolean;
  /** Whether it makes something of the asker's own whatever the id names, which then holds nothing of that. */
  makesOwn?: boolean;
}

export const page = 'totalCount edges { node { id } }';

/** A query with `$id`, and `$own` where it begins at something of the asker's. */
export function query(kind: Kind, text: string, own?: Kind): IdCase {
  const variables = own ? '($id: ID!, $own: ID!)' : '($id: ID!)';
  return {
    kind,
    ask: ({ user, ids }, id) => user.run(`query ${variables} { ${text} }`, { id, ...(own && { own: ids[own] }) }),
  };
}

/** The filters of a list of analyses, wherever such a list is. */
export function analysisFilters(at: string, list: (filter: string) => string, own?: Kind): Record<string, IdCase> {
  const one = (kind: Kind, filter: string) => query(kind, list(filter), own);
  return {
    [`${at}(filter.ids)`]: one('analysis', '{ ids: [$id] }'),
    [`${at}(filter.taskId)`]: one('task', '{ taskId: $id }'),
    [`${at}(filter.batchId)`]: one('batch', '{ batchId: $id }'),
    [`${at}(filter.imageId)`]: one('image', '{ imageId: $id }'),
    [`${at}(filter.containsCatalogItemId)`]: one('catalogItem', '{ containsCatalogItemId: $id }'),
  };
}

export function analysesOf(type: string): (filter: string) => string {
  return (filter) => `node(id: $own) { ... on ${type} { analyses(filter: ${filter}) { ${page} } } }`;
}

/** A mutation with an input, whose answer is a union with failures. */
export function mutation(
  field: string,
  kind: Kind,
  inputType: string,
  input: (id: string, ids: World['ids']) => object,
  selection = '',
): IdCase {
  const text = `mutation ($input: ${inputType}) { ${field}(${field === 'cancelAnalyses' ? 'target' : 'input'}: $input) {
    __typename ...Failures ${selection} } } ${failures}`;
  return { kind, ask: ({ user, ids }, id) => user.run(text, { input: input(id, ids) }) };
}

/** A mutation that answers for each of several. */
export function listMutation(
  kind: Kind,
  call: string,
  { values, success }: { values: (id: string) => unknown[]; success: string },
): IdCase {
  const type = call.includes('images:') ? '[ImageInput!]!' : '[ID!]!';
  const text = `mutation ($values: ${type}) { ${call} { results {
    __typename ...Failures ... on ${success} { id } } } } ${failures}`;
  return { kind, ask: ({ user }, id) => user.run(text, { values: values(id) }) };
}

/** A search, which refuses an example that is not here with an error of the request. */
export function search(kind: Kind, by: string): IdCase {
  const text = `query ($id: ID!) { searchImages(by: { ${by}: $id }) { edges { score node { id } } } }`;
  return {
    kind,
    async ask({ user: { url, apiKey } }, id) {
      const { status, body } = await request(url, { query: text, variables: { id }, apiKey });
      return { status, data: body.data, errors: body.errors };
    },
  };
}

/** An export with a filter: what is in its file, or why there is none. */
export function exported(kind: Kind, filter: (id: string) => object, makesOwn = false): IdCase {
  const text = `mutation ($input: ExportInput!) {
    exportAnalyses(input: $input) { __typename ...Failures ... on Export { id } } } ${failures}`;
  return {
    kind,
    makesOwn,
    async ask({ user, writeExport }, id) {
      const { exportAnalyses } = await user.run(text, { input: { format: 'JSONL', filter: filter(id) } });
      if (exportAnalyses.__typename !== 'Export') return exportAnalyses;
      await writeExport(exportAnalyses.id);
      const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Export { status rows url } } }', {
        id: exportAnalyses.id,
      });
      const file = await fetch(node.url);
      return { status: node.status, rows: node.rows, httpStatus: file.status, content: await file.text() };
    },
  };
}

/** A mutation that takes one id. */
export function idMutation(field: string, kind: Kind, success: string): IdCase {
  const text = `mutation ($id: ID!) { ${field}(id: $id) { __typename ...Failures ${success} } } ${failures}`;
  return { kind, ask: ({ user }, id) => user.run(text, { id }) };
}

export function cancel(kind: Kind, target: (id: string) => object): IdCase {
  const text = `mutation ($target: AnalysisTarget!) { cancelAnalyses(target: $target) { results {
    __typename ...Failures ... on Analysis { id status } } } } ${failures}`;
  return { kind, ask: ({ user }, id) => user.run(text, { target: target(id) }) };
}

/**
 * The first event of a stream from the beginning of the owner's world on, or why there is no such stream. One
 * that has neither, since it is endless, is given up when the log has been read several times over on a stream beside it.
 */
export function stream(
  kind: Kind,
  field: string,
  args: (id: string) => string,
  event: string,
  endless = false,
): IdCase {
  const text = (given: string) =>
    `subscription ($after: String) { ${field}(after: $after, ${given}) { __typename ${event} } }`;
  return {
    kind,
    stream: true,
    endless,
    async ask({ user, eventCursor, ids }, id) {
      const events: Data[] = [];
      const readFirst = async () => {
        for await (const one of user.stream(text(args(id)), { after: eventCursor })) {
          events.push(one);
          break;
        }
      };
      const ended = readFirst().catch((error: Error) => events.push({ refused: error.message }));
      const isOwner = ids[kind] === id;
      await (endless && !isOwner ? Promise.race([ended, readLogTo(ids.analysis, { user, eventCursor })]) : ended);
      await user.close();
      await ended;
      return events;
    },
  };
}

/** The same events from the beginning of the owner's world on, read as a page; or why there is none. */
export function eventLog(kind: Kind, filter: string): IdCase {
  const text = `query ($id: ID!, $after: String) { analysisEventLog(filter: ${filter}, after: $after, first: 1) {
    isComplete events { __typename ${analysisEvent} } } }`;
  return {
    kind,
    stream: true,
    async ask({ user: { url, apiKey }, eventCursor }, id) {
      const { status, body } = await request(url, { query: text, variables: { id, after: eventCursor }, apiKey });
      return { status, data: body.data, errors: body.errors };
    },
  };
}

/** To where this analysis, which was the last of all to change, SUCCEEDED. */
async function readLogTo(
  analysisId: string,
  { user, eventCursor }: Pick<World, 'user' | 'eventCursor'>,
): Promise<void> {
  const text = `subscription ($after: String) { analysisEvents(after: $after, filter: {}) { ${analysisEvent} } }`;
  for (let round = 0; round < 5; round += 1)
    for await (const event of user.stream(text, { after: eventCursor }))
      if (event.analysisId === analysisId && event.status === 'SUCCEEDED') break;
}

export const analysisEvent = '... on AnalysisStatusChanged { analysisId status analysis { id } }';
