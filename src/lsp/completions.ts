import { CompletionItemKind, type CancellationToken, type CompletionList } from 'vscode-languageserver/node';
import type { Suggestion } from '../complete/suggestion.js';
import { percent } from '../shared/percent.js';
import { MOST_UNITS, type Session } from './session.js';
import type { SourceDocument } from './source-document.js';

/** Typed after what editors ask; while a word is typed they ask anyway. */
export const TRIGGERS = ['.', '(', '[', '=', ','];

const SOURCES = { network: 'the network', file: 'this file', project: 'the project', corpus: "other people's code" };

/** Answers how the line at the cursor may go on, as items of a list and as text behind the cursor. */
export function serveCompletions(connection: Session['connection'], session: () => Session): void {
  connection.onCompletion(async ({ textDocument: { uri }, position }, token): Promise<CompletionList | null> => {
    const at = session();
    const place = at.placeIn(uri, position);
    const { completion, suggestions: count, minConfidence } = await at.settingsOf(uri);
    if (place === null || completion === 'off') return null;
    const found = await suggest(at, { ...place, count, minConfidence }, token);
    const { document, offset } = place;
    const word = /[\p{L}\p{Nl}\p{Nd}_]*$/u.exec(document.text.slice(document.lineStart(position.line), offset))![0];
    const range = document.rangeOf({ start: offset - word.length, end: offset });
    return {
      // What comes next depends on each character.
      isIncomplete: true,
      items: found.map(({ text, confidence, source }, k) => ({
        label: (word + text).trim(), kind: CompletionItemKind.Snippet, detail: 'nnfmt',
        documentation: `${percent(confidence)} sure, from ${SOURCES[source]}`,
        sortText: String(k).padStart(2, '0'), filterText: word + text,
        textEdit: { range, newText: word + text }, preselect: false,
      })),
    };
  });

  connection.languages.inlineCompletion.on(async ({ textDocument: { uri }, position }, token) => {
    const at = session();
    const place = at.placeIn(uri, position);
    const { inlineCompletion, inlineConfidence } = await at.settingsOf(uri);
    if (place === null || inlineCompletion === 'off') return null;
    const found = await suggest(at, { ...place, count: 1, minConfidence: inlineConfidence }, token);
    const range = place.document.rangeOf({ start: place.offset, end: place.offset });
    return { items: found.map(({ text }) => ({ insertText: text, range })) };
  });
}

async function suggest(
  session: Session,
  asked: {
    readonly document: SourceDocument; readonly offset: number; readonly count: number; readonly minConfidence: number;
  },
  token: CancellationToken,
): Promise<readonly Suggestion[]> {
  const { document, offset, count, minConfidence } = asked;
  const { uri, version, text } = document;
  if (text.length > MOST_UNITS) return [];
  const { path, settings: { profile } } = await session.sourceOf(document);
  const answer = await session.settled(uri, true, () => session.threads.completion.run(
    { path, text, offset, count, minConfidence, profile },
    { name: `complete ${count} ${uri}`, version: `${version} ${offset} ${minConfidence}`, token },
  ));
  // Edits of a text that is gone would hit the wrong place.
  return session.documents.get(uri) === document ? answer?.suggestions ?? [] : [];
}
