import {
  CodeActionKind, createConnection, DidChangeWatchedFilesNotification, ErrorCodes, ProposedFeatures, ResponseError,
  TextDocumentSyncKind, type Connection, type InitializeParams, type ServerCapabilities,
} from 'vscode-languageserver/node';
import { POSITION_ENCODINGS, type PositionEncoding } from '../shared/position-encoding.js';
import { FIX_ALL, LEARN_KIND, RESTYLE_KIND, serveCodeActions } from './code-actions.js';
import { EXPLAIN, LEARN, RESTYLE, STATUS, STATUS_CHANGED } from './command-names.js';
import { serveCommands } from './commands.js';
import { serveCompletions, TRIGGERS } from './completions.js';
import { Diagnostics } from './diagnostics.js';
import { isPython, pathOf } from './document-place.js';
import type { EditorSettings } from './editor-settings.js';
import { serveFormatting, TYPED } from './formatting.js';
import { serveHovers } from './hovers.js';
import { lastAnswer } from './last-answer.js';
import { closeThreads, createThreads } from './server-threads.js';
import { Session } from './session.js';
import { SourceDocument } from './source-document.js';

export interface EditorStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly settings: EditorSettings;
  /** Where relative paths of settings begin, where the editor names no folder. */
  readonly folder: string;
  readonly version: string;
}

/** From opening a document, what completion needs is loaded so late, if nobody has asked before. */
const COMPLETION_AFTER_MS = 1000;

/** Serves one editor. The process ends with its `exit`, when it closes the streams, and when it is gone. */
export function serveEditor({ input, output, settings, folder, version }: EditorStreams): void {
  const threads = createThreads();
  // What the first answer needs is loaded while editor and server greet each other.
  threads.layout.warmUp();
  let current: Session | null = null;
  let hasEnded = false;
  const { reader, writer, messageStrategy } = lastAnswer(input, output, () => process.exit(hasEnded ? 0 : 1));
  const connection = createConnection(ProposedFeatures.all, reader, writer, { messageStrategy });
  const session = (): Session => {
    if (hasEnded) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down');
    if (current === null) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialized');
    return current;
  };
  const diagnostics = new Diagnostics(session);

  connection.onInitialize((params) => {
    if (current !== null) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialized already');
    const encoding = encodingFor(params);
    current = new Session(connection, threads, params, { settings, folder }, encoding);
    return { capabilities: capabilities(encoding), serverInfo: { name: 'nnfmt', version } };
  });
  connection.onInitialized(async () => {
    await session().listenToSettings().catch(() => undefined);
    await watchFiles(connection, session()).catch(() => undefined);
    listenToFolders(connection, session(), diagnostics);
  });
  connection.onShutdown(async () => {
    hasEnded = true;
    await closeThreads(threads);
  });
  connection.onDidChangeConfiguration(({ settings: pushed }) => {
    session().forgetSettings(pushed);
    diagnostics.refresh();
  });
  connection.onDidChangeWatchedFiles(() => {
    diagnostics.refresh();
    void connection.sendNotification(STATUS_CHANGED);
  });
  serveDocuments(connection, session, diagnostics);
  serveFormatting(connection, session);
  serveCodeActions(connection, session, diagnostics);
  serveCommands(connection, session, diagnostics);
  serveCompletions(connection, session);
  serveHovers(connection, session);
  connection.onRequest(STATUS, async ({ uri }: { readonly uri?: string }) => {
    const document = session().documents.get(uri ?? '');
    return document === undefined ? null : session().ask('status', document, { kind: 'status' }, { isQuiet: true });
  });
  connection.listen();
}

/** The one that the editor likes best, of those that exist; UTF-16 for editors that say nothing. */
function encodingFor({ capabilities: { general } }: InitializeParams): PositionEncoding {
  const wanted = general?.positionEncodings ?? [];
  const isKnown = (name: string): name is PositionEncoding => POSITION_ENCODINGS.some((known) => known === name);
  return wanted.find(isKnown) ?? 'utf-16';
}

function capabilities(positionEncoding: PositionEncoding): ServerCapabilities {
  return {
    positionEncoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: { rangesSupport: true },
    documentOnTypeFormattingProvider: TYPED,
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, RESTYLE_KIND, LEARN_KIND] },
    completionProvider: { triggerCharacters: TRIGGERS },
    inlineCompletionProvider: true,
    executeCommandProvider: { commands: [RESTYLE, LEARN, EXPLAIN] },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

/** Keeps the open documents as the editor has them. */
function serveDocuments(connection: Connection, session: () => Session, diagnostics: Diagnostics): void {
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    const at = session();
    if (!isPython(uri, languageId)) {
      at.note(uri, `${uri}: is ${languageId}, not Python, and is left alone`, false);
      return;
    }
    const { documents, encoding, threads } = at;
    documents.set(uri, new SourceDocument(uri, version, text, encoding));
    // Layout comes first, for it is shown at once.
    setTimeout(() => threads.completion.warmUp(), COMPLETION_AFTER_MS).unref();
    void diagnostics.schedule(uri, true);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const { documents } = session();
    const document = documents.get(uri);
    // Of a document that is not open nothing is known that could change.
    if (document === undefined) return;
    documents.set(uri, document.changed(contentChanges, version));
    void diagnostics.schedule(uri);
  });
  connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
    // A profile or settings may have been saved by another program meanwhile.
    if (session().documents.has(uri)) void diagnostics.schedule(uri);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session().forgetDocument(uri);
    diagnostics.forget(uri);
  });
}

/** Asks to be told of profiles and settings that change. */
async function watchFiles(connection: Connection, { client }: Session): Promise<void> {
  if (client.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
  await connection.client.register(DidChangeWatchedFilesNotification.type, {
    watchers: ['**/.nnfmt/profile', '**/pyproject.toml'].map((globPattern) => ({ globPattern })),
  });
}

function listenToFolders(connection: Connection, session: Session, diagnostics: Diagnostics): void {
  if (session.client.capabilities.workspace?.workspaceFolders !== true) return;
  connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
    const gone = removed.map(({ uri }) => pathOf(uri));
    session.folders = [
      ...session.folders.filter((folder) => !gone.includes(folder)), ...added.flatMap(({ uri }) => pathOf(uri) ?? []),
    ];
    session.forgetSettings();
    diagnostics.refresh();
  });
}
