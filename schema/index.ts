import { GraphQLSchema } from 'graphql';
import { builder } from './core/builder.ts';
import './core/index.ts';
import './organizations/index.ts';
import './models/index.ts';
import './images/index.ts';
import './videos/index.ts';
import './uploads/index.ts';
import './library/index.ts';
import './catalog/index.ts';
import './tasks/index.ts';
import './analyses/index.ts';
import './batches/index.ts';
import './video-analyses/index.ts';
import './corrections/index.ts';
import './exports/index.ts';
import './planograms/index.ts';
import './visits/index.ts';
import './alerts/index.ts';
import './places/index.ts';
import './retention/index.ts';
import './system/index.ts';

/** The description of the schema, which clients read first. */
const description = `Recognises products in photographs. createCatalogItem says what products look like, createTask what to look for, submitBatch sends images,
and analysisEvents pushes every change until the results are there.

Send an API key in the header X-API-Key, or as apiKey in the connectionParams of a WebSocket (protocol graphql-transport-ws). Expected errors
are members of result unions: select \`... on UserError { code message }\`. Every event has a cursor; pass the last one as \`after\` to resume.`;

export const schema = new GraphQLSchema({ ...builder.toSchema({}).toConfig(), description });
