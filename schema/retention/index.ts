import './retention.ts';
