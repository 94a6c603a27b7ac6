import { relative } from 'node:path';
import { LSPErrorCodes, MessageType, ResponseError, type CancellationToken } from 'vscode-languageserver/node';
import { NnfmtError } from '../errors.js';
import { writeProfileBytes } from '../profile/index.js';
import { liesBelow } from '../shared/path-below.js';
import { workspaceEdit } from './code-actions.js';
import { EXPLAIN, LEARN, RESTYLE, STATUS_CHANGED } from './command-names.js';
import type { Diagnostics } from './diagnostics.js';
import { placeOf } from './document-place.js';
import type { Session } from './session.js';

/** Does what was chosen from a menu. */
export function serveCommands(
  connection: Session['connection'], session: () => Session, diagnostics: Diagnostics,
): void {
  const learning = new Set<string>();
  connection.onExecuteCommand(async ({ command, arguments: given = [] }, token) => {
    const at = session();
    if (!([RESTYLE, LEARN, EXPLAIN] as readonly string[]).includes(command)) {
      throw new ResponseError(LSPErrorCodes.RequestFailed, `there is no command ${JSON.stringify(command)}`);
    }
    const uri: unknown = given[0];
    if (typeof uri !== 'string') {
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${command} takes a document's address`);
    }
    switch (command) {
      case RESTYLE:
        return restyle(at, uri, token);
      case LEARN: {
        if (learning.has(uri)) return null;
        learning.add(uri);
        try {
          return await learn(at, uri, given[1] === true, token, diagnostics);
        } finally {
          learning.delete(uri);
        }
      }
      case EXPLAIN:
        return explain(at, uri, given[1], given[2], token);
      default:
        return null;
    }
  });
}

async function restyle(session: Session, uri: string, token: CancellationToken): Promise<number | null> {
  const document = session.documents.get(uri);
  if (document === undefined) return null;
  const answer = await session.ask('edits', document, { kind: 'format', restyle: true }, { token, name: 'restyle' });
  if (answer === null) return null;
  if (answer.edits.length > 0) {
    await session.connection.workspace.applyEdit({
      label: "the project's style", edit: workspaceEdit(session, document, answer.edits),
    });
  }
  return answer.edits.length;
}

/** Words on some lines, from 1, as `nnfmt explain` prints them. */
async function explain(
  session: Session, uri: string, first: unknown, last: unknown, token: CancellationToken,
): Promise<string | null> {
  const document = session.documents.get(uri);
  if (document === undefined || !isLine(first)) return null;
  const lines = { first, last: isLine(last) && last >= first ? last : first };
  return (await session.ask('words', document, { kind: 'explain', lines }, { token }))?.words ?? null;
}

const isLine = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;

async function learn(
  session: Session, uri: string, countsOnly: boolean, token: CancellationToken, diagnostics: Diagnostics,
): Promise<string | null> {
  const { path } = placeOf(uri, session.folders);
  const { connection } = session;
  if (path === null) {
    session.show(
      MessageType.Warning, 'nnfmt: this document lies in no folder, so there is no project to learn from.',
    );
    return null;
  }
  const progress = session.client.capabilities.window?.workDoneProgress === true
    ? await connection.window.createWorkDoneProgress()
    : null;
  progress?.begin("Learning this project's style", 0, 'reading', true);
  const cancelled = anyOf(token, progress?.token);
  try {
    const answer = await session.settled(uri, false, () => session.threads.learning.run({ path, countsOnly }, {
      name: `learn ${uri}`, token: cancelled,
      onNews: reporter((percentage, text) => progress?.report(percentage, text)),
    }));
    const { root, learned } = answer ?? { root: '', learned: null };
    if (learned === null) return null;
    if (!liesBelow(root, learned.path)) {
      session.show(MessageType.Warning, `nnfmt: a link leads out of ${root}, and no profile is written there.`);
      return null;
    }
    writeProfileBytes(learned.path, learned.bytes);
    connection.console.info(learned.report);
    session.show(
      MessageType.Info, `nnfmt learned from ${learned.files} file${learned.files === 1 ? '' : 's'}: ${relative(root, learned.path)} ` +
      'holds the style of this project. Commit it.',
    );
    await connection.sendNotification(STATUS_CHANGED);
    diagnostics.refresh();
    return learned.path;
  } catch (cause) {
    if (cause instanceof NnfmtError) {
      session.complain(cause.message);
      return null;
    }
    throw cause;
  } finally {
    progress?.done();
  }
}

/** Passes on what is news: a batch of work is small, and an editor draws each report. */
function reporter(report: (percentage: number, text: string) => void): (done: number, text: string) => void {
  let last = '';
  return (done, text) => {
    const percentage = Math.round(100 * done);
    if (last === (last = `${percentage} ${text}`)) return;
    report(percentage, text);
  };
}

/** Asked to stop by either. */
function anyOf(one: CancellationToken, other: CancellationToken | undefined): CancellationToken {
  if (other === undefined) return one;
  return {
    get isCancellationRequested() {
      return one.isCancellationRequested || other.isCancellationRequested;
    },
    onCancellationRequested: (listener, thisArgs, disposables) => {
      const [first, second] = [one, other].map((token) =>
        token.onCancellationRequested(listener, thisArgs, disposables));
      return { dispose: () => [first, second].forEach((listening) => listening.dispose()) };
    },
  };
}
