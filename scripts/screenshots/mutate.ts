import type { Client } from '../../src/cli/client.ts';

interface Mutation {
  field: string;
  /** The name of the type of its `input`. */
  input: string;
  /** What is selected of its result, besides the message of an error. */
  select: string;
}

/** Runs a mutation that must succeed. @throws Error with the server's message */
export async function mutate<Result extends object>(
  client: Client,
  { field, input: type, select }: Mutation,
  input: object,
): Promise<Result> {
  const text = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename ${select} ... on UserError { message } } }`;
  const { [field]: result } = await client.request<Record<string, Result & { message?: string }>>(text, { input });
  if (result!.message !== undefined) throw new Error(`${field}: ${result!.message}`);
  return result!;
}
