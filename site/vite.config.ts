import { createReadStream, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = path.join(root, '..', 'dist');

/** Networks of the ancestors, trained here by their presets: those of which there are weights. */
const ANCESTORS = ['neural-complete', 'pycodecomplete', 'exploring-rnns'];
const models = readdirSync(path.join(root, '..', 'models'));
const characterModels = ANCESTORS.map((name) => ({ name, file: `${name}.bin` })).filter(({ file }) => models.includes(file));

export default defineConfig({
  root,
  // To be copied anywhere.
  base: './',
  build: { outDir: 'build', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false }, reportCompressedSize: false },
  worker: { format: 'es' },
  define: { __CHARACTER_MODELS__: JSON.stringify(characterModels) },
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
