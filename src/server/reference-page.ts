import { escapeHtml } from '../shared/html.js';
import { htmlPage, scrolling } from '../shared/page.js';
import type { ApiRoute } from './api-route.js';
import type { JsonSchema } from './json-schema.js';
import { refusalsOf } from './open-api.js';
import type { ServerOptions } from './server-options.js';

const GROUPS: readonly ApiRoute['group'][] = ['Layout', 'Completion', 'Style', 'Ancestors', 'Server'];

/** The routes as a page: what each takes, gives and refuses, and a line to try it. It loads nothing. */
export function referencePage(routes: readonly ApiRoute[], options: ServerOptions): string {
  const groups = GROUPS.map((group) => ({ group, rows: routes.filter((route) => route.group === group) }));
  const list = groups.flatMap(({ rows }) => rows).map((route) =>
    `<li><a href="#${idOf(route)}"><code>${route.method} ${escapeHtml(route.path)}</code></a></li>`);
  const sections = groups.map(({ group, rows }) =>
    `<h2>${group}</h2>\n${rows.map((route) => routeHtml(route, options)).join('\n')}`);
  return htmlPage({
    title: 'nnfmt: the server\u2019s reference', kind: 'nnfmt serve', heading: 'What this server answers',
    lead: 'Bodies and answers are JSON in UTF-8. Lines and columns count from 1, columns and offsets in Unicode code ' +
      'points. The same as an OpenAPI 3.1 document: <a href="openapi.json">openapi.json</a>.',
    style: STYLE,
    main: `<nav aria-label="Addresses"><ul class="plain">${list.join('')}</ul></nav>\n${sections.join('\n')}`,
  });
}

const STYLE = `
h3 code { font-size: 1em; } h3 .method { color: var(--accent); } details { margin: 0 0 .75rem; } summary { cursor: pointer; }
pre { margin: 0; padding: .75rem 1rem; font-size: .875rem; line-height: 1.5; background: var(--ground); }
td { white-space: normal; } td code { white-space: nowrap; } h4 { margin: 1rem 0 .4rem; font-size: .9375rem; color: var(--quiet); font-weight: 600; }
`.trim();

const idOf = ({ method, path }: ApiRoute): string => `${method}${path}`.toLowerCase().replace(/[^a-z0-9]+/gu, '-');

function routeHtml(route: ApiRoute, options: ServerOptions): string {
  const { method, path, summary, description, query, body, answer, gives = 'application/json', example } = route;
  const takes = body ?? query;
  const parts = [
    `<h3 id="${idOf(route)}"><code><span class="method">${method}</span> ${escapeHtml(path)}</code></h3>`,
    `<p>${escapeHtml(summary)}.${description === undefined ? '' : ` ${inlineCode(description)}`}</p>`,
    ...(takes === undefined ? [] : [`<h4>${body === undefined ? 'Query' : 'Body'}</h4>`, fieldsHtml(takes, path)]),
    `<h4>Answer <small>${escapeHtml(gives)}</small></h4>`,
    ...(answer.anyOf ?? [answer]).map((one) => fieldsHtml(one, path)),
    ...(example === undefined ? [] : [exampleHtml(route, options)]),
    `<details><summary>Refusals</summary>${tableHtml(`Refusals of ${path}`, ['status', 'why'],
      refusalsOf(route).map(([status, reason]) => [`<code>${status}</code>`, escapeHtml(reason)]))}</details>`,
  ];
  return parts.join('\n');
}

function fieldsHtml(schema: JsonSchema, path: string): string {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return `<p>${escapeHtml(schema.description ?? 'Anything.')}</p>`;
  const rows = fields.map(([name, field]) => [
    `<code>${escapeHtml(name)}</code>${schema.required?.includes(name) === true ? '' : ' <small>optional</small>'}`,
    escapeHtml(typeWords(field)),
    inlineCode(`${field.description ?? ''}${field.default === undefined ? '' : ` Default: ${JSON.stringify(field.default)}.`}`),
  ]);
  return tableHtml(`Fields of ${path}`, ['field', 'type', 'meaning'], rows);
}

function typeWords(field: JsonSchema): string {
  if (field.enum !== undefined) return field.enum.map((value) => JSON.stringify(value)).join(', ');
  if (field.type === 'array') return `list of ${typeWords(field.items ?? {})}`;
  if (field.type === 'object' && field.properties !== undefined) return `{${Object.keys(field.properties).join(', ')}}`;
  const range = field.minimum === undefined || (field.maximum ?? 0) > 1e9 ? '' : ` from ${field.minimum} to ${field.maximum}`;
  return `${[field.type ?? 'anything'].flat().join(' or ')}${range}`;
}

function tableHtml(label: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return scrolling(label, `<table><thead><tr>${head}</tr></thead><tbody>\n${lines}\n</tbody></table>`);
}

function exampleHtml({ path, example }: ApiRoute, { host, port, token }: ServerOptions): string {
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  const bearer = token === null ? '' : ` -H 'Authorization: Bearer TOKEN'`;
  const body = JSON.stringify(example).replaceAll("'", "'\\''");
  const line = `curl -s ${address}${bearer} -H 'Content-Type: application/json' -d '${body}'`;
  return `<h4>Try it</h4>${scrolling(`A request to ${path}`, `<pre>${escapeHtml(line)}</pre>`)}`;
}

/** Text for HTML, in which `code` stands between backticks. */
const inlineCode = (words: string): string => escapeHtml(words).replace(/`([^`]+)`/gu, '<code>$1</code>');
