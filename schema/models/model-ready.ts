import { readyFile } from '../../src/system/engines.ts';
import { builder } from '../core/builder.ts';
import { filesOf, Model } from './pipeline.ts';

builder.objectField(Model, 'ready', (t) =>
  t.boolean({
    description: 'Whether an engine has it loaded and warm at the moment. Without one, what is submitted waits.',
    resolve: async (model, _args, { app }) => readyFile(await app.system.engines(), filesOf(model)) !== null,
  }),
);
