import './search-images.ts';
