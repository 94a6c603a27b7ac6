import type { CancellationToken, Range, TextEdit } from 'vscode-languageserver/node';
import type { LineRange } from '../shared/line-ranges.js';
import type { LayoutEdit } from './layout-edits.js';
import type { LayoutTask } from './layout-jobs.js';
import type { Session } from './session.js';
import type { SourceDocument } from './source-document.js';
import { isHeader } from './typed-line.js';

/** Typed after what a line is looked at. */
export const TYPED = { firstTriggerCharacter: ':', moreTriggerCharacter: ['\n'] };

/** Answers the editor's requests for formatting: of documents, ranges, and the line that was just ended. */
export function serveFormatting(connection: Session['connection'], session: () => Session): void {
  connection.onDocumentFormatting(({ textDocument: { uri } }, token) =>
    formatted(session(), uri, { kind: 'format' }, token));

  connection.onDocumentRangeFormatting(({ textDocument: { uri }, range }, token) =>
    formatted(session(), uri, { kind: 'format', lines: [linesOf(range)] }, token));

  connection.onDocumentRangesFormatting(({ textDocument: { uri }, ranges }, token) =>
    formatted(session(), uri, { kind: 'format', lines: ranges.map(linesOf) }, token));

  connection.onDocumentOnTypeFormatting(async ({ textDocument: { uri }, position, ch }, token) => {
    const at = session();
    const { formatOnType } = await at.settingsOf(uri);
    const line = ch === '\n' ? position.line - 1 : position.line;
    const document = at.documents.get(uri);
    if (formatOnType === 'off' || line < 0 || document === undefined || !isEnded(document, line, ch)) return null;
    return formatted(at, uri, { kind: 'format-typed', line: line + 1 }, token, true);
  });
}

async function formatted(
  session: Session, uri: string, task: LayoutTask, token: CancellationToken, isQuiet = false,
): Promise<TextEdit[] | null> {
  const document = session.documents.get(uri);
  if (document === undefined) return null;
  const answer = await session.ask('edits', document, task, { token, isQuiet });
  return answer === null ? null : textEdits(document, answer.edits);
}

/** Edits as the editor counts. */
export function textEdits(document: SourceDocument, edits: readonly LayoutEdit[]): TextEdit[] {
  return edits.map((edit) => ({ range: document.rangeOf(edit), newText: edit.text }));
}

/** Lines from 1. A range that ends at the beginning of a line, as editors select whole lines, is without that one. */
function linesOf({ start, end }: Range): LineRange {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { first: Math.max(0, start.line) + 1, last: Math.max(start.line, last, 0) + 1 };
}

/** A colon ends a line only where a block begins with it. */
function isEnded(document: SourceDocument, line: number, typed: string): boolean {
  const text = document.text.slice(document.lineStart(line), document.lineEnd(line));
  return text.trim() !== '' && (typed !== ':' || isHeader(text));
}
