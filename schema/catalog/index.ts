import './catalog-item.ts';
import './queries.ts';
import './mutations.ts';
import './events.ts';
import './catalog-import.ts';
import './import-catalog.ts';
