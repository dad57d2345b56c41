import './catalog-item.ts';
import './queries.ts';
import './mutations.ts';
import './events.ts';
