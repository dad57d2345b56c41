import './pipeline.ts';
import './model-ready.ts';
