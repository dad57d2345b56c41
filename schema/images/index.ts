import './image.ts';
import './queries.ts';
import './mutations.ts';
import './events.ts';
