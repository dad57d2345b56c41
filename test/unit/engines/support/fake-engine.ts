import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FromEngine, JobMessage, ToEngine } from '../../../../workers/engines/protocol/messages.ts';

/**
 * Stands in for an engine where a test needs one that misbehaves: a real process that speaks the real protocol, does what
 * the name of the picture says, and needs no model.
 *   poison…  kills its process      hang…  blocks for ever, as native code would
 *   optional…  kills its process, unless it leaves out optional steps
 *   slow…    answers after a while  fat…   answers and says that it holds far too much memory
 *   last…    answers and dies       decoded…  says that it is decoded, and answers after a while
 *   else     answers at once
 */
const send = (message: FromEngine) => process.send!(message);
const line: JobMessage[] = [];
let busy = false;

async function workOff(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let message = line[0]; message; message = line[0]) {
    const name = 'frame' in message.job ? message.job.id : basename(message.job.file);
    if (name.startsWith('poison')) process.kill(process.pid, 'SIGKILL');
    const runsAll = message.kind === 'analyze' && !message.skipsOptional;
    if (name.startsWith('optional') && runsAll) process.kill(process.pid, 'SIGKILL');
    if (name.startsWith('hang')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    if (name.startsWith('decoded')) send({ type: 'decoded', id: message.job.id });
    if (name.startsWith('slow') || name.startsWith('decoded')) await wait(150);
    line.shift();
    const result = { ok: true as const, width: 1, height: 1, written: [] };
    const finished = {
      type: 'finished',
      id: message.job.id,
      result,
      rssBytes: name.startsWith('fat') ? 1e11 : 1,
    } as const;
    if (name.startsWith('last')) process.send!(finished, () => process.kill(process.pid, 'SIGKILL'));
    else send(finished);
  }
  busy = false;
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToEngine) => {
  if (message.type === 'init') send({ type: 'ready', provider: 'fake', rssBytes: 1 });
  if (message.type === 'job') {
    line.push(message);
    void workOff();
  }
});
