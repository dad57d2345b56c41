import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';
import { startInstalled } from './installed-program.ts';

const operations = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'operations.md');

/** Debian has it as a package; the tests install nothing. */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).status === 0;
}

/** Call it inside a test. Its settings are those of docs/operations.md. @returns what clients know of the servers */
export async function startNginx(serverPorts: readonly number[]): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-nginx-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const port = await freePort();
  const file = path.join(directory, 'nginx.conf');
  await writeFile(file, settings(directory, await readDocumented(serverPorts, port)));
  await startInstalled('nginx', ['-c', file, '-e', 'stderr'], { ready: 'start worker process ' });
  return `http://127.0.0.1:${port}/vision`;
}

/** What an operator would copy, with other addresses. */
async function readDocumented(serverPorts: readonly number[], port: number): Promise<string> {
  const documented = /```nginx\n(.*?)```/s.exec(await readFile(operations, 'utf8'))![1]!;
  const servers = serverPorts.map((serverPort) => `server 127.0.0.1:${serverPort};`).join('\n');
  return documented
    .replace(/(upstream \w+) \{.*?\}/s, `$1 {\n${servers}\n}`)
    .replace(/listen .*;/, `listen 127.0.0.1:${port};`);
}

/** Everything that it writes goes below the directory, so it needs no rights. As root, it would read that as somebody else. */
function settings(directory: string, servers: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${path.join(directory, name)};`,
  );
  return `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${path.join(directory, 'pid')};
error_log stderr notice;
events {}
http {
access_log off;
${paths.join('\n')}
${servers}
}
`;
}
