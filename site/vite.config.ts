import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = path.join(root, '..', 'dist');

export default defineConfig({
  root,
  // To be copied anywhere.
  base: './',
  build: { outDir: 'build', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false }, reportCompressedSize: false },
  worker: { format: 'es' },
  plugins: [{
    // While one works on the page; the built one finds the files beside it.
    name: 'library',
    configureServer(server) {
      server.middlewares.use('/nnfmt', (request, response, next) => {
        const file = path.join(dist, path.normalize(new URL(request.url ?? '/', 'http://host').pathname));
        if (!existsSync(file)) return next();
        response.setHeader('Content-Type', file.endsWith('.js') ? 'text/javascript' : 'application/octet-stream');
        createReadStream(file).pipe(response);
      });
    },
  }],
});
