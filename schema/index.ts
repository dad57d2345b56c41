import { builder } from './builder.ts';
import './scalars.ts';
import './errors.ts';
import './node.ts';

export const schema = builder.toSchema({});
