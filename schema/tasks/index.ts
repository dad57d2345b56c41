import './task.ts';
import './queries.ts';
import './mutations.ts';
