import type { EmbeddedDocument } from './embedded-document.js';
import { openMarkdown } from './markdown.js';
import { openNotebook } from './notebook.js';
import { openRestructuredText } from './restructured-text.js';

/** Files that are no Python and hold some. */
export type DocumentKind = 'notebook' | 'markdown' | 'restructured-text';

const PAGE_EXTENSIONS: readonly (readonly [RegExp, DocumentKind])[] = [
  [/\.(?:md|markdown|mdx)$/iu, 'markdown'],
  [/\.rst$/iu, 'restructured-text'],
];

/**
 * What a file is by its name; null for Python.
 *
 * @param markdown whether pages are taken for what they are
 */
export function documentKind(path: string, markdown: boolean): DocumentKind | null {
  if (/\.ipynb$/iu.test(path)) return 'notebook';
  return (markdown ? PAGE_EXTENSIONS.find(([pattern]) => pattern.test(path))?.[1] : undefined) ?? null;
}

const OPENERS = { notebook: openNotebook, markdown: openMarkdown, 'restructured-text': openRestructuredText };

/** Reads a file of a kind. @throws SourceReadError for a notebook that cannot be read */
export function openDocument(kind: DocumentKind, text: string, path: string): EmbeddedDocument {
  return OPENERS[kind](text, path);
}
