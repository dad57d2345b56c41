import './visit.ts';
import './queries.ts';
import './mutations.ts';
import './events.ts';
