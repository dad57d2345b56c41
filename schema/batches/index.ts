import './batch.ts';
import './events.ts';
import './batch-credits.ts';
import './submit-batch.ts';
import './recognize-image.ts';
import './rerun-analyses.ts';
