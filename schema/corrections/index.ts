import './correction.ts';
import './correct-detections.ts';
import './queries.ts';
import './review.ts';
import './events.ts';
import './agreement.ts';
