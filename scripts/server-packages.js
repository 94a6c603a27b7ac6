import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';

/**
 * The packages of `nnfmt serve`, small: what the server never reaches of them stays away, and names inside their
 * functions are short, since nobody follows a fault into them.
 */
const NEVER_REACHED = new RegExp([
  // Requests that fastify makes of itself, for tests.
  '^light-my-request$',
  // Answers are written by JSON.stringify.
  '^@fastify/fast-json-stringify-compiler$',
  // Another language of schemas, and validators written to files.
  '^ajv/dist/(?:jtd|standalone)$',
  // Traces beside figures, and logs by way of a thread, which nobody asks for.
  '^@opentelemetry/api$', '^thread-stream$',
].join('|'));
const OF_SERVER = /node_modules[\\/](?:@?fastify|ajv|fast-uri|find-my-way|avvio|pino|prom-client|ret|semver|toad-cache|fast-[a-z-]+|safe-[a-z0-9-]+|sonic-boom|bintrees|tdigest|ipaddr\.js|@pinojs|quick-format-unescaped|json-schema-[a-z-]+)[\\/].*\.js$/;

export function serverPackages() {
  return {
    name: 'server-packages',
    setup(context) {
      context.onResolve({ filter: NEVER_REACHED }, ({ path }) => ({ path, namespace: 'never-reached-by-server' }));
      context.onLoad({ filter: /.*/, namespace: 'never-reached-by-server' }, () =>
        ({ contents: 'module.exports = {};', loader: 'js' }));
      context.onLoad({ filter: OF_SERVER }, async ({ path }) => ({
        contents: (await transform(readFileSync(path, 'utf8'), { minify: true, legalComments: 'none' })).code,
        loader: 'js',
      }));
    },
  };
}
