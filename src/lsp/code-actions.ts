import { CodeActionKind, type CodeAction, type Diagnostic, type Range } from 'vscode-languageserver/node';
import { textEdits } from './formatting.js';
import { RESTYLE, LEARN } from './command-names.js';
import { visible, type Diagnostics } from './diagnostics.js';
import { placeOf } from './document-place.js';
import type { LayoutEdit } from './layout-edits.js';
import type { Session } from './session.js';
import type { SourceDocument } from './source-document.js';

/** Kinds of what is offered; editors ask for them by name, such as on saving. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.nnfmt`;
export const RESTYLE_KIND = `${CodeActionKind.Source}.restyle.nnfmt`;
export const LEARN_KIND = `${CodeActionKind.Source}.learn.nnfmt`;

/** Deviations that are offered a fix each; who marks more wants all of them fixed. */
const MOST_FIXES = 8;

/** Answers what can be done where the cursor is. */
export function serveCodeActions(
  connection: Session['connection'], session: () => Session, diagnostics: Diagnostics,
): void {
  connection.onCodeAction(async ({ textDocument: { uri }, range, context: { only, diagnostics: shown } }, token) => {
    const at = session();
    const document = at.documents.get(uri);
    if (document === undefined) return null;
    const isWanted = (kind: string): boolean =>
      only === undefined || only.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`));
    const actions: CodeAction[] = [];
    if (isWanted(CodeActionKind.QuickFix) || isWanted(FIX_ALL)) {
      const board = await diagnostics.boardOf(document, token);
      const all = board?.deviations ?? [];
      const touched = all.flatMap((deviation, number) =>
        touches(document, range, visible(document, deviation)) ? [{ ...deviation, number }] : []);
      if (isWanted(CodeActionKind.QuickFix)) {
        for (const { number, message } of touched.slice(0, MOST_FIXES)) {
          const answer = await at.ask('edits', document, { kind: 'fix', deviation: number }, {
            token, isQuiet: true, name: `fix ${number}`,
          });
          if (answer === null || answer.edits.length === 0) continue;
          actions.push({
            title: `Fix layout: ${message}`, kind: CodeActionKind.QuickFix, isPreferred: touched.length === 1,
            diagnostics: shown.filter((diagnostic) => numberOf(diagnostic) === number),
            edit: workspaceEdit(at, document, answer.edits),
          });
        }
      }
      const answer = all.length === 0 || (touched.length === 0 && !isWanted(FIX_ALL))
        ? null
        : await at.ask('edits', document, { kind: 'format' }, { token, isQuiet: true, name: 'fix all' });
      if (answer !== null) {
        const edit = workspaceEdit(at, document, answer.edits);
        const title = `Fix the layout of this file (${all.length} place${all.length === 1 ? '' : 's'})`;
        if (touched.length > 0 && isWanted(CodeActionKind.QuickFix)) {
          actions.push({ title, kind: CodeActionKind.QuickFix, edit });
        }
        if (isWanted(FIX_ALL)) actions.push({ title, kind: FIX_ALL, edit });
      }
    }
    const { path, isCell } = placeOf(uri, at.folders);
    if (isWanted(RESTYLE_KIND) && path !== null && !isCell) {
      const title = "Bring this file into the project's style";
      actions.push({ title, kind: RESTYLE_KIND, command: { title, command: RESTYLE, arguments: [uri] } });
    }
    if (isWanted(LEARN_KIND) && path !== null) {
      const title = "Learn this project's style";
      actions.push({ title, kind: LEARN_KIND, command: { title, command: LEARN, arguments: [uri] } });
    }
    return actions;
  });
}

const numberOf = ({ source, data }: Diagnostic): number | null =>
  (source === 'nnfmt' ? (data as { readonly deviation?: number } | undefined)?.deviation ?? null : null);

function touches(
  document: SourceDocument, range: Range, { start, end }: { readonly start: number; readonly end: number },
): boolean {
  return document.offsetAt(range.start) <= end && document.offsetAt(range.end) >= start;
}

/** With the version that it is meant for, where the editor heeds versions. */
export function workspaceEdit(
  session: Session, document: SourceDocument, edits: readonly LayoutEdit[],
): NonNullable<CodeAction['edit']> {
  const changes = textEdits(document, edits);
  const { uri, version } = document;
  const heedsVersions = session.client.capabilities.workspace?.workspaceEdit?.documentChanges === true;
  if (!heedsVersions) return { changes: { [uri]: changes } };
  return { documentChanges: [{ textDocument: { uri, version }, edits: changes }] };
}
