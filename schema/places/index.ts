import './places.ts';
