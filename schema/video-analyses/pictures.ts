import { toMs } from '../../src/pictures/video-picture.ts';
import { builder } from '../core/builder.ts';
import { linkHelp, linkTo, sizeFor, widthDescription } from '../core/links.ts';
import { VideoFrame } from './frames.ts';
import { VideoTrack } from './tracks.ts';

const howItIsServed = `It is a JPEG, or WebP for clients whose Accept header takes no JPEG. It is made from the video when it is first requested, which takes up to some seconds, and then kept with the video; a request that waits for more than 10 seconds is answered with 503 and Retry-After. ${linkHelp} Null if the video has been deleted.`;

builder.objectField(VideoFrame, 'url', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: `Signed link to the picture of the frame, as shown. ${howItIsServed}`,
    args: { width: t.arg.int({ description: widthDescription('frame') }) },
    resolve: ({ timeSeconds, videoId }, { width }, { app }) => {
      const size = sizeFor(width);
      if (videoId === null) return null;
      return linkTo(app, 'frame', videoId, { time: String(toMs(timeSeconds)), width: size });
    },
  }),
);

builder.objectField(VideoTrack, 'cropUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: `Signed link to what the box of the best sighting shows. ${howItIsServed}`,
    args: { width: t.arg.int({ description: widthDescription('box') }) },
    resolve: ({ track, analysis }, { width }, { app }) => {
      const size = sizeFor(width);
      if (analysis.video_id === null) return null;
      return linkTo(app, 'track', analysis.id, { track: String(track), width: size });
    },
  }),
);
