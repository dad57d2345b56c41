import './planogram.ts';
import './queries.ts';
import './mutations.ts';
import './compliance.ts';
import './gaps.ts';
import './planogram-url.ts';
