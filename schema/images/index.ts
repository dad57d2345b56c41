import './image.ts';
import './mutations.ts';
import './events.ts';
import './source-url.ts';
