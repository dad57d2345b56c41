import './organization.ts';
import './mutations.ts';
import './session-token.ts';
import './session-token-mutations.ts';
import './usage.ts';
