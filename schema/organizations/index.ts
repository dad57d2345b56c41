import './organization.ts';
import './mutations.ts';
import './usage.ts';
