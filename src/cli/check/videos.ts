import { checkDecoder } from '../../../workers/decoder/check-decoder.ts';
import { decoderSettings } from '../../../workers/decoder/settings.ts';
import { type Check, ok, problem } from './finding.ts';

/** The decoder of videos can be started. Without the one of npm, which is optional, everything but videos works. */
export const checkVideos: Check = async ({ videoDecoder, maxImagePixels }) => {
  if (videoDecoder === null) return [ok('videos', 'VIDEO_DECODER is off, so videos are not analysed')];
  const settings = decoderSettings({ program: videoDecoder, maxSeconds: 1, maxPixels: maxImagePixels });
  const fault = await checkDecoder(settings);
  if (fault === null) return [ok('videos', `${videoDecoder} decodes them`)];
  const reason = fault.detail === null ? '' : ` (${fault.detail})`;
  if (videoDecoder === 'node-av')
    return [
      ok(
        'videos',
        `the optional package node-av is not installed or does not run here${reason}, so videos are not analysed. Set VIDEO_DECODER to the path of an ffmpeg program, or run \`npm run setup\``,
      ),
    ];
  return [problem('videos', `${videoDecoder} cannot be started${reason}. Correct VIDEO_DECODER, or set it to off.`)];
};
