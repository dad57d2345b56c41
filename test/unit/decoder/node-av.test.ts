import { nodeAvSettings } from '../../support/videos.ts';
import { decoderCases } from './support/decoder-cases.ts';

decoderCases(nodeAvSettings);
