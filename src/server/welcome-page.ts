import { htmlPage } from '../shared/page.js';
import { escapeHtml } from '../shared/html.js';
import type { ServerOptions } from './server-options.js';

/** What stands at `/` where the page itself was not built. */
export function welcomePage({ root, version }: ServerOptions): string {
  return htmlPage({
    title: 'nnfmt', kind: `nnfmt ${version}`, heading: 'A Python formatter that learns layout from code',
    lead: 'This server lays out, explains, spoils, compares and finishes Python for other programs.',
    style: '',
    main: `<p>What it answers is told in the <a href="docs">reference</a>, and as an
<a href="openapi.json">OpenAPI 3.1 document</a>.</p>
<p>${root === null
    ? 'It reads no file: sources come with requests.'
    : `It reads files below <code>${escapeHtml(root)}</code>, and writes none.`}</p>`,
  });
}
