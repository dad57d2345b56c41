import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

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

const homePage = '/live/live-page.tsx';

/** The code of the home page is fetched beside what loads it, and not when that runs. */
const preloadHome: Plugin = {
  name: 'preload-home',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const home = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(homePage));
      if (!home) return [];
      const files = [home.fileName, ...home.imports].filter((file) => !html.includes(file));
      return files.map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
        injectTo: 'head',
      }));
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  // A proxy may serve the gateway below a path of its own: every address is relative.
  base: './',
  plugins: [react(), preloadHome],
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
