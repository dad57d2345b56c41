/** `npm run setup`: installs the dependencies without running anything. Every other npm script does so by itself, through run.mjs. */
import { setUp } from './setup/set-up.mjs';

await setUp();
