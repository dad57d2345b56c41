import './upload-target.ts';
import './mutations.ts';
