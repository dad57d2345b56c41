import './video.ts';
import './queries.ts';
import './mutations.ts';
