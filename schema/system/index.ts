import './system.ts';
import './events.ts';
