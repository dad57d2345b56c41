import { nextHour, signLink } from '../../src/storage/signed-links.ts';
import { Analysis } from '../analyses/analysis.ts';
import { basisArg } from '../analyses/basis.ts';
import { signerOf } from '../analyses/pictures.ts';
import { builder } from '../core/builder.ts';
import { loadCompliance } from './on-basis.ts';

builder.objectField(Analysis, 'planogramUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description:
      'Signed link to an SVG that shows the planogram, what the image shows of it, and the differences: colours and numbers for positions, names of items, gaps, and a legend. It contains no part of the image, no scripts and no links. It is drawn with each request, with the names that the items have then. The link works without an API key, stays the same for up to an hour and expires within two hours. Null where compliance is null.',
    args: { basis: basisArg(t.arg) },
    resolve: async (analysis, { basis }, context) => {
      const judged = await loadCompliance(context, { analysis, basis });
      if (!judged) return null;
      return signLink(signerOf(context.app), {
        kind: 'planogram',
        id: analysis.id,
        expiresAt: nextHour(new Date()),
        parameters: { basis },
      });
    },
  }),
);
