import {
  createAnalysisLink,
  longestLinkSeconds,
  usualLinkSeconds,
} from '../../src/session-tokens/create-analysis-link.ts';
import type { CreatedToken } from '../../src/session-tokens/issue-token.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { callerOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { SessionToken } from '../organizations/session-token.ts';
import { Analysis } from './analysis.ts';

builder.objectField(SessionToken, 'analysis', (t) =>
  t.field({
    type: Analysis,
    nullable: true,
    description:
      'The one analysis that the token reads, if it was created by createAnalysisLink. Null for any other token.',
    resolve: (token) => token.analysis_id,
  }),
);

const CreateAnalysisLinkInput = builder.inputType('CreateAnalysisLinkInput', {
  description: 'Which analysis to share, and for how long.',
  fields: (t) => ({
    analysisId: t.id({ required: true, description: 'The analysis to share. It must have SUCCEEDED.' }),
    expiresInSeconds: t.int({
      required: true,
      defaultValue: usualLinkSeconds,
      description: `Seconds until the link expires, 1 to ${longestLinkSeconds} (90 days).`,
    }),
  }),
});

const CreateAnalysisLinkPayload = builder.objectRef<CreatedToken>('CreateAnalysisLinkPayload').implement({
  description: 'The link was created.',
  fields: (t) => ({
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'A page of the dashboard that shows the analysis to anyone who opens it. It contains the secret. Null if the dashboard is switched off.',
      resolve: ({ secret }, _args, { app }) => (app.config.dashboard ? `${app.publicUrl()}/#/shared/${secret}` : null),
    }),
    secret: t.exposeString('secret', {
      description:
        'The secret of the link, for a page of your own: send it where an API key is sent, and read sharedAnalysis. It begins with `sls_` and is shown only once.',
    }),
    sessionToken: t.field({
      type: SessionToken,
      description: 'The token behind the link. To withdraw the link, revoke it.',
      resolve: ({ token }) => token,
    }),
  }),
});

const CreateAnalysisLinkResult = resultUnion('CreateAnalysisLinkResult', {
  description:
    'The link, or the reason why it was not created. NotFoundError: the analysis does not exist. ConflictError: it has no result.',
  success: CreateAnalysisLinkPayload,
  errors: [ValidationError, NotFoundError, ConflictError],
});

builder.mutationField('createAnalysisLink', (t) =>
  t.field({
    type: CreateAnalysisLinkResult,
    description:
      'Creates a link through which people without an API key see one analysis: its picture and what was found, see SharedAnalysis. It ends when it expires, when its token is revoked (revokeSessionToken), when the API key that created it ends, and when the analysis is deleted.',
    args: { input: t.arg({ type: CreateAnalysisLinkInput, required: true, description: 'The link to create.' }) },
    resolve: (_root, { input }, context) =>
      createAnalysisLink(context.app.db, callerOf(context), {
        analysisId: givenId('analysis', input.analysisId),
        expiresInSeconds: input.expiresInSeconds,
      }),
  }),
);
