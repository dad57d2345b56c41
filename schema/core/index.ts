import './scalars.ts';
import './errors.ts';
import './node.ts';
import './stream.ts';
