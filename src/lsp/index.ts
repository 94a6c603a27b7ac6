/**
 * The language server: what `nnfmt format`, `check`, `explain`, `complete` and `train` do, for editors. The thread that
 * talks to the editor does nothing else (`server.ts`, and a file for each kind of request); layout, completion and
 * learning have a thread each (`lsp-thread.ts`), with a queue in which a newer question takes the place of an older one
 * (`job-queue.ts`). What is asked about is always the text that the editor holds; nothing but a learned profile is
 * written.
 *
 * Limits: files that are not open are not looked at; a document that does not parse gets completions alone.
 */
export { serveEditor, type EditorStreams } from './server.js';
