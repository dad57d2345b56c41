/**
 * An engine that dies of one picture, as native code does that trips over it: the real program, killed as soon as a job with
 * the picture's file reaches it. POISON_SHA256 names the picture.
 */
import { basename } from 'node:path';
import '../../../workers/engines/child/engine.ts';
import type { ToEngine } from '../../../workers/engines/protocol/messages.ts';

process.on('message', (message: ToEngine) => {
  if (message.type !== 'job' || 'frame' in message.job) return;
  if (basename(message.job.file) === process.env.POISON_SHA256) process.kill(process.pid, 'SIGKILL');
});
