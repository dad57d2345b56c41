import { type Check, ok, problem } from './finding.ts';

const oldest = 24;

/** Checks the version that runs this command, and so would run the server. */
export const checkNode: Check = async () => {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= oldest) return [ok('Node.js', node)];
  return [
    problem(
      'Node.js',
      `This is ${node}; ${oldest} or newer is needed. Run it through the npm scripts, which use the Node.js that npm has installed.`,
    ),
  ];
};
