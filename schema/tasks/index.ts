import './task.ts';
import './tasks.ts';
