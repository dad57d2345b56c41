/**
 * What cameras, phones, browsers and editors write. FFmpeg has some two hundred more decoders, among them those of old games; none of
 * them is ever given a file of a stranger.
 */
export const readCodecs: readonly string[] = [
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'av1',
  'mjpeg',
  'mpeg4',
  'msmpeg4v3',
  'h263',
  'mpeg1video',
  'mpeg2video',
  'prores',
];

/** FFmpeg's decoders of these codecs. Those of AV1 differ between builds. */
export const decoderNames: readonly string[] = [
  ...readCodecs.map((codec) => (codec === 'msmpeg4v3' ? 'msmpeg4' : codec)),
  'libdav1d',
  'libaom-av1',
];
