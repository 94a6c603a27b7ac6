import { MarkupKind } from 'vscode-languageserver/node';
import type { Session } from './session.js';

/** Says why a gap would change, or why it stays, where the pointer is. */
export function serveHovers(connection: Session['connection'], session: () => Session): void {
  connection.onHover(async ({ textDocument: { uri }, position }, token) => {
    const at = session();
    const place = at.placeIn(uri, position);
    if (place === null) return null;
    const { document, offset } = place;
    const answer = await at.ask('words', document, { kind: 'hover', offset }, { token, isQuiet: true });
    const value = answer?.words ?? null;
    if (answer === null || value === null) return null;
    return { contents: { kind: MarkupKind.Markdown, value }, range: document.rangeOf(answer) };
  });
}
