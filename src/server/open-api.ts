import type { ApiRoute } from './api-route.js';
import { errorAnswer } from './api-schemas.js';
import type { ServerOptions } from './server-options.js';

/** What any request may be refused with, and why. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request is none, or a field is missing, unknown or of the wrong type.',
  401: 'The token is missing or wrong.',
  403: 'A page of another origin asks, or a path leads out of the folder of the server.',
  404: 'There is no such file.',
  405: 'This address is asked in another way.',
  408: 'The request came too slowly.',
  413: 'It is too large, or takes more memory than a request may.',
  415: 'The body is of another media type, character set or encoding.',
  421: 'The server does not go by the name in Host.',
  422: 'A source does not parse (`line` and `column` say where), two are not one program, or a profile cannot be used.',
  503: 'Too many requests wait, or the server is about to end; Retry-After says when to ask again.',
  504: 'It takes longer than a request may.',
};

/** Refusals that a route may give, and why. */
export function refusalsOf(route: ApiRoute): readonly (readonly [status: number, reason: string])[] {
  const ofBody = route.body === undefined ? [] : [400, 408, 413, 415];
  const ofToken = route.isFree === true ? [] : [401];
  const all = new Set([400, 403, 405, 421, ...ofBody, ...ofToken, ...(route.refuses ?? [])]);
  return [...all].sort((a, b) => a - b).map((status) => [status, REFUSALS[status]!]);
}

/** The description of some routes. Source: https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument(routes: readonly ApiRoute[], { version, token }: ServerOptions): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route, token !== null);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'nnfmt', version, summary: 'A Python formatter that learns layout from code',
      description: 'Lays out, explains, spoils, compares and finishes Python. Columns and offsets count Unicode code ' +
        'points unless a request asks for something else; lines and columns count from 1.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: { Error: errorAnswer },
      ...(token === null ? {} : { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  };
}

function operationOf(route: ApiRoute, hasToken: boolean): object {
  const { method, path, group, summary, description, query, body, answer, example } = route;
  const { takes = ['application/json'] } = route;
  const parameters = Object.entries(query?.properties ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
  const content = { schema: body, ...(example === undefined ? {} : { example }) };
  const refusal = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  const errors = refusalsOf(route).map(([status, reason]) => [status, { description: reason, content: refusal }]);
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[/_.](\w)/gu, (_, letter: string) => letter.toUpperCase())}`,
    tags: [group], summary, ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : {
      requestBody: { required: true, content: Object.fromEntries(takes.map((type) => [type, content])) },
    }),
    responses: {
      200: { description: 'The answer.', content: { [route.gives ?? 'application/json']: { schema: answer } } },
      ...Object.fromEntries(errors),
    },
    ...(hasToken && route.isFree !== true ? { security: [{ token: [] }] } : {}),
  };
}
