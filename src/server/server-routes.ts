import { apiRoute, type ApiRoute } from './api-route.js';
import { objectOf, text } from './json-schema.js';
import { openApiDocument } from './open-api.js';
import { referencePage } from './reference-page.js';

/** What is asked about the server itself. @param routes all others, which they describe */
export function serverRoutes(routes: readonly ApiRoute[], metrics: () => Promise<string>): readonly ApiRoute[] {
  const own: ApiRoute[] = [
    apiRoute({
      method: 'GET', path: '/healthz', group: 'Server', summary: 'Whether the server is up', isFree: true,
      answer: objectOf({
        status: text('"ok", or "ending".', { enum: ['ok'] }), version: text('Of nnfmt.'),
      }, ['status', 'version']),
      handle: async ({ services: { options } }) => ({ status: 'ok', version: options.version }),
    }),
    apiRoute({
      method: 'GET', path: '/metrics', group: 'Server', summary: 'Figures for Prometheus',
      answer: { type: 'string', description: 'In the text format of Prometheus.' }, gives: 'text/plain',
      async handle({ reply }) {
        return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics());
      },
    }),
    apiRoute({
      method: 'GET', path: '/openapi.json', group: 'Server', summary: 'This description', isFree: true,
      answer: { type: 'object', description: 'An OpenAPI 3.1 document.' },
      handle: async ({ services: { options } }) => openApiDocument([...routes, ...own], options),
    }),
    apiRoute({
      method: 'GET', path: '/docs', group: 'Server', summary: 'The same as a page', isFree: true,
      answer: { type: 'string', description: 'A page.' }, gives: 'text/html',
      async handle({ services: { options }, reply }) {
        return reply.type('text/html; charset=utf-8').send(referencePage([...routes, ...own], options));
      },
    }),
  ];
  return own;
}
