import './batch.ts';
import './queries.ts';
import './events.ts';
import './submit-batch.ts';
import './recognize-image.ts';
import './rerun-analyses.ts';
