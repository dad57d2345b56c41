import { builder } from './core/builder.ts';
import './core/index.ts';
import './organizations/index.ts';
import './models/index.ts';
import './images/index.ts';
import './uploads/index.ts';
import './library/index.ts';
import './catalog/index.ts';
import './tasks/index.ts';
import './analyses/index.ts';
import './batches/index.ts';
import './exports/index.ts';
import './places/index.ts';
import './retention/index.ts';
import './system/index.ts';

export const schema = builder.toSchema({});
