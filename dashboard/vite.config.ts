import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = process.env.SIGHTLINE_URL ?? 'http://127.0.0.1:4000';
const proxied = [
  '/graphql',
  '/images',
  '/annotated',
  '/crops',
  '/planograms',
  '/frames',
  '/tracks',
  '/exports',
  '/uploads',
];

export default defineConfig({
  root: import.meta.dirname,
  // A proxy may serve the gateway below a path of its own: every address is relative.
  base: './',
  plugins: [react()],
  build: {
    // Data URLs would have to be allowed by the content security policy.
    assetsInlineLimit: 0,
    emptyOutDir: true,
    reportCompressedSize: false,
  },
  // `npm run dashboard`: sources with hot reload, in front of a gateway that runs.
  server: {
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: gateway, ws: true }])),
  },
});
