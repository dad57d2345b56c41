import './video-analysis.ts';
import './frames.ts';
import './intervals.ts';
import './tracks.ts';
import './pictures.ts';
import './queries.ts';
import './analyze-video.ts';
import './events.ts';
