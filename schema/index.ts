import { builder } from './builder.ts';
import './scalars.ts';
import './errors.ts';
import './node.ts';
import './organization.ts';
import './pipeline.ts';
import './catalog-items.ts';
import './catalog-mutations.ts';
import './catalog-events.ts';
import './image.ts';
import './image-mutations.ts';
import './image-events.ts';
import './tasks.ts';
import './event-cursor.ts';

export const schema = builder.toSchema({});
