/** Pages that nnfmt writes: one file each that loads nothing, for any width, in light and dark. */
import { escapeHtml } from './html.js';

/**
 * A whole page.
 *
 * @param page.kind what made it, above the heading
 * @param page.heading what it is about, as text
 * @param page.lead a sentence or two below the heading, as HTML
 * @param page.style rules beside the common ones
 * @param page.main everything else, as HTML
 */
export function htmlPage(page: {
  readonly title: string;
  readonly kind: string;
  readonly heading: string;
  readonly lead: string;
  readonly style: string;
  readonly main: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<style>
${PAGE_STYLE}
${page.style}
</style>
</head>
<body>
<header>
<p class="kind">${escapeHtml(page.kind)}</p>
<h1>${escapeHtml(page.heading)}</h1>
<p class="lead">${page.lead}</p>
</header>
<main>
${page.main}
</main>
</body>
</html>
`;
}

/** What is wider than the page scrolls in a box of its own, which the keyboard reaches too. */
export const scrolling = (label: string, html: string): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(label)}">${html}</div>`;

/** Colours are pairs with a contrast of at least 4.5 between text and ground, in both schemes. */
const PAGE_STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ground: #f6f7f9; --ink: #1b1f24; --quiet: #596370; --line: #d9dee4; --accent: #0b5fd0; --better: #14713a; --worse: #b3261e; --body: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; --code: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f1216; --ground: #171b21; --ink: #dfe4ea; --quiet: #9aa4b0; --line: #2e353e; --accent: #6cb0ff; --better: #57c77f; --worse: #ff8a80; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 64rem; padding: clamp(1.25rem, 4vw, 3rem) clamp(1rem, 4vw, 2rem) 5rem; font: 1rem/1.55 var(--body); color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
.kind { margin: 0; color: var(--accent); font: 600 .875rem/1.4 var(--code); }
h1 { margin: .25rem 0 .5rem; font-size: clamp(1.35rem, 1.1rem + 1.4vw, 1.9rem); line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.2rem; line-height: 1.3; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.4; overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; max-width: 42rem; } .lead { font-size: 1.0625rem; } .hint, figcaption { color: var(--quiet); font-size: .9375rem; }
a { color: var(--accent); } small { font-size: .875em; color: var(--quiet); } code, pre { font-family: var(--code); } code { font-size: .9em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul.plain { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; } ul.plain li { white-space: nowrap; }
.scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; } th, td { padding: .5rem .85rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child > *, tbody:last-child tr:last-child > *, tbody:last-child > tr > [rowspan] { border-bottom: 0; } tbody:not(:last-child) > tr:last-child > * { border-bottom: 1px solid var(--line); }
th { font-weight: 600; } th[scope=row] { font-weight: 400; } thead th { color: var(--quiet); font-weight: 500; background: var(--ground); } @media (max-width: 40rem) { table { font-size: .875rem; } th, td { padding: .4rem .55rem; } } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
`.trim();
