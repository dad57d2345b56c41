import { confidenceStep, toConfidenceStep } from '../../src/pictures/derived-picture.ts';
import { refusal } from '../../src/refusal.ts';
import { builder } from '../core/builder.ts';
import { linkHelp, linkTo, sizeFor, widthDescription } from '../core/links.ts';
import { Analysis } from './analysis.ts';
import { Detection } from './detection.ts';

const howItIsServed = `It is an upright JPEG, or WebP for clients whose Accept header takes no JPEG, without metadata. It is made when it is first requested and then kept with the image; a request that waits for more than 10 seconds is answered with 503 and Retry-After. ${linkHelp}`;

builder.objectField(Analysis, 'annotatedUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: `Signed link to the image with boxes around the detections: a colour and a name for each catalogue item, grey for what has none, and a legend below the image. ${howItIsServed} Names are those that the items have when it is made. Null unless the analysis SUCCEEDED, and if the image has been deleted.`,
    args: {
      width: t.arg.int({ description: `${widthDescription('image')} The legend makes the picture higher, not wider.` }),
      minConfidence: t.arg.float({
        description: `Shows only detections with at least this confidence, 0 to 1. It is rounded down to a multiple of ${confidenceStep / 100}. Default: all.`,
      }),
    },
    resolve: (row, { width, minConfidence }, { app }) => {
      const size = sizeFor(width);
      if (minConfidence != null && !(minConfidence >= 0 && minConfidence <= 1))
        throw refusal('BAD_USER_INPUT', `minConfidence is ${minConfidence}; expected 0 to 1.`);
      if (row.status !== 'SUCCEEDED' || row.image_id === null) return null;
      const confidence = String(toConfidenceStep(minConfidence ?? 0));
      return linkTo(app, 'annotated', row.id, { confidence, width: size });
    },
  }),
);

builder.objectField(Detection, 'cropUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: `Signed link to what the box shows. ${howItIsServed} Null if the image has been deleted, and if a correction added the product.`,
    args: { width: t.arg.int({ description: widthDescription('box') }) },
    resolve: async ({ result, index }, { width }, context) => {
      const size = sizeFor(width);
      const analysis = await Analysis.getDataloader(context).load(result.analysis_id);
      if (!analysis || analysis.image_id === null || index === null) return null;
      return linkTo(context.app, 'crop', result.analysis_id, { detection: String(index), width: size });
    },
  }),
);
