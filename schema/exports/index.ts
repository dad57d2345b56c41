import './export.ts';
import './mutations.ts';
import './events.ts';
