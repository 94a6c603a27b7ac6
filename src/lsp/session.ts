import type { CancellationToken, Connection, InitializeParams, Position } from 'vscode-languageserver/node';
import {
  DidChangeConfigurationNotification, LSPErrorCodes, MessageType, ResponseError, ShowMessageNotification,
} from 'vscode-languageserver/node';
import type { ErrorCode } from '../errors.js';
import type { PositionEncoding } from '../shared/position-encoding.js';
import { layoutSettings, readSettings, type EditorSettings } from './editor-settings.js';
import { folderAround, pathOf, placeOf } from './document-place.js';
import { FailedJob, UnansweredJob, type Unanswered } from './job-queue.js';
import type { LayoutAnswer, LayoutSource, LayoutTask } from './layout-jobs.js';
import { SaidOnce } from './said-once.js';
import type { ServerThreads } from './server-threads.js';
import { type SourceDocument } from './source-document.js';

/** Longer texts are refused, as files are. UTF-16 units. */
export const MOST_UNITS = 20 * 1024 * 1024;

/** Where an answer goes that nobody can have any more, by why there is none. */
const ERROR_CODES: Readonly<Record<Unanswered, number>> = {
  cancelled: LSPErrorCodes.RequestCancelled,
  superseded: LSPErrorCodes.ContentModified,
  busy: LSPErrorCodes.ServerCancelled,
  lost: LSPErrorCodes.RequestFailed,
  closed: LSPErrorCodes.ServerCancelled,
};

/** Faults of the text at hand, which may be gone with the next key. */
const OF_THE_TEXT: ReadonlySet<ErrorCode> = new Set(['SYNTAX_REFUSED', 'SOURCE_READ', 'OVER_BUDGET']);

/** Answers of these kinds only. */
type AnswerTo<K extends LayoutAnswer['kind']> = Extract<LayoutAnswer, { readonly kind: K }>;

/** What the server knows of one editor: its abilities, documents, folders and settings. */
export class Session {
  readonly documents = new Map<string, SourceDocument>();
  readonly said = new SaidOnce();
  readonly encoding: PositionEncoding;
  folders: readonly string[];
  /** Settings from the command line and from the editor's first word. */
  private base: EditorSettings;
  private readonly settings = new Map<string, Promise<EditorSettings>>();

  constructor(
    readonly connection: Connection,
    readonly threads: ServerThreads,
    readonly client: InitializeParams,
    private readonly start: { readonly settings: EditorSettings; readonly folder: string },
    encoding: PositionEncoding,
  ) {
    this.encoding = encoding;
    this.base = readSettings(client.initializationOptions, start.settings, (message) => this.complain(message));
    const roots = client.workspaceFolders?.map(({ uri }) => uri) ?? [client.rootUri ?? ''];
    this.folders = roots.flatMap((uri) => pathOf(uri) ?? []);
  }

  /** Whether the editor can be asked for its settings. */
  get asksForSettings(): boolean {
    return this.client.capabilities.workspace?.configuration === true;
  }

  /** Settings that hold for a document. */
  settingsOf(uri: string): Promise<EditorSettings> {
    if (!this.asksForSettings) return Promise.resolve(this.base);
    let settings = this.settings.get(uri);
    if (settings === undefined) {
      settings = this.connection.workspace.getConfiguration({ scopeUri: uri, section: 'nnfmt' }).then(
        (raw: unknown) => readSettings(raw, this.base, (message) => this.complain(message)),
        () => this.base,
      );
      this.settings.set(uri, settings);
    }
    return settings;
  }

  /** What was asked for is old. @param pushed settings that came along, from editors that cannot be asked */
  forgetSettings(pushed?: unknown): void {
    this.settings.clear();
    if (!this.asksForSettings && typeof pushed === 'object' && pushed !== null) {
      const section = (pushed as { readonly nnfmt?: unknown }).nnfmt;
      this.base = readSettings(section, this.start.settings, (message) => this.complain(message));
    }
  }

  forgetDocument(uri: string): void {
    this.documents.delete(uri);
    this.settings.delete(uri);
    this.said.forget(uri);
  }

  /** Asks to be told of changed settings. */
  async listenToSettings(): Promise<void> {
    if (this.client.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      await this.connection.client.register(DidChangeConfigurationNotification.type, { section: 'nnfmt' });
    }
  }

  async sourceOf(document: SourceDocument): Promise<LayoutSource> {
    const settings = await this.settingsOf(document.uri);
    const place = placeOf(document.uri, this.folders);
    const folder = folderAround(place.path, this.folders) ?? this.folders[0] ?? this.start.folder;
    return { ...place, text: document.text, settings: layoutSettings(settings, folder) };
  }

  /**
   * Asks the thread of layout about a document.
   *
   * @param name of the question: a newer one of the same name makes one that waits needless
   * @returns null where there is nothing to say: the document is left out, too long, or does not parse
   * @throws ResponseError where the editor does not want the answer any more
   */
  async ask<K extends LayoutAnswer['kind']>(
    kind: K, document: SourceDocument, task: LayoutTask, options: {
      readonly token?: CancellationToken; readonly name?: string; readonly isQuiet?: boolean;
    } = {},
  ): Promise<AnswerTo<K> | null> {
    const { uri, version } = document;
    const { token, isQuiet = false } = options;
    if (document.text.length > MOST_UNITS) {
      this.note(uri, `${uri}: longer than ${MOST_UNITS / 1024 / 1024} MB, and left alone`, isQuiet);
      return null;
    }
    const source = await this.sourceOf(document);
    const answer = await this.settled(uri, isQuiet, () => this.threads.layout.run({ source, task }, {
      name: `${options.name ?? task.kind} ${uri}`, version: `${version} ${JSON.stringify(task)}`,
      ...(token === undefined ? {} : { token }),
    }));
    if (this.documents.get(uri)?.version !== version) {
      throw new ResponseError(LSPErrorCodes.ContentModified, 'the document has changed');
    }
    if (answer === null) return null;
    if (answer.kind === 'left-out') {
      this.note(uri, `${uri}: is left out by the project, and stays as it is`, isQuiet);
      return null;
    }
    this.said.forget(uri);
    return answer.kind === kind ? answer as AnswerTo<K> : null;
  }

  /** Waits for a job; its fault is told, and null the answer. */
  async settled<T>(uri: string, isQuiet: boolean, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof UnansweredJob) throw new ResponseError(ERROR_CODES[cause.why], `no answer: ${cause.message}`);
      if (!(cause instanceof FailedJob)) throw cause;
      const { code, message } = cause.fault;
      if (code !== null && OF_THE_TEXT.has(code)) this.note(uri, message, isQuiet);
      else if (code === null) this.logBug(message);
      else this.complain(message);
      return null;
    }
  }

  /** A word in the log, once until the document is fine again; none at all for what nobody asked for. */
  note(uri: string, message: string, isQuiet: boolean): void {
    if (!isQuiet && this.said.isNews(uri, message)) this.connection.console.info(message);
  }

  /** A word that the user has to see, once. */
  complain(message: string): void {
    if (this.said.isNews(`word ${message}`, message)) this.show(MessageType.Warning, message);
  }

  /** Shows a message; nobody has to answer it. */
  show(type: MessageType, message: string): void {
    void this.connection.sendNotification(ShowMessageNotification.type, { type, message });
  }

  logBug(message: string): void {
    if (this.said.isNews('bug', message)) {
      this.connection.console.error(`unexpected failure. This is a bug in nnfmt: please report it.\n${message}`);
    }
  }

  /** A document and an offset in it; null for one that is not open. */
  placeIn(uri: string, position: Position): { readonly document: SourceDocument; readonly offset: number } | null {
    const document = this.documents.get(uri);
    return document === undefined ? null : { document, offset: document.offsetAt(position) };
  }
}
