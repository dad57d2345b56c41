import { Analysis } from '../analyses/analysis.ts';
import { basisArg } from '../analyses/basis.ts';
import { builder } from '../core/builder.ts';
import { linkHelp, linkTo } from '../core/links.ts';
import { loadCompliance } from './on-basis.ts';

builder.objectField(Analysis, 'planogramUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: `Signed link to an SVG that shows the planogram, what the image shows of it, and the differences: colours and numbers for positions, names of items, gaps, and a legend. It contains no part of the image, no scripts and no links. It is drawn with each request, with the names that the items have then. ${linkHelp} Null where compliance is null.`,
    args: { basis: basisArg(t.arg) },
    resolve: async (analysis, { basis }, context) => {
      const judged = await loadCompliance(context, { analysis, basis });
      return judged && linkTo(context.app, 'planogram', analysis.id, { basis });
    },
  }),
);
