import './places.ts';
import './timeline.ts';
