import { openDecoder } from '../../workers/decoder/open-decoder.ts';
import { decoderSettings } from '../../workers/decoder/settings.ts';

/** A process that decodes the video of its first argument with the program of its second, takes one frame, and waits. */
const [file, program] = process.argv.slice(2);
const every = { framesPerSecond: 25, keyFramesOnly: false, maxFrames: null, fromSeconds: 0 };
const video = await openDecoder(file!, every, decoderSettings({ program: program!, maxSeconds: 60, maxPixels: 50e6 }));
await video.frames[Symbol.asyncIterator]().next();
process.stdout.write('decoding\n');
setInterval(() => {}, 60_000);
