import { spawn, type ChildProcess } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification,
  ExitNotification, InitializedNotification, InitializeRequest, LogMessageNotification, PublishDiagnosticsNotification,
  ShowMessageNotification, ShutdownRequest, StreamMessageReader, StreamMessageWriter, type Diagnostic, type InitializeParams,
  type InitializeResult, type MessageConnection, type Position, type Range, type TextEdit,
} from 'vscode-languageserver-protocol/node';
import { builtCommand } from './built-command.js';
export interface EditorOptions {
  /** Arguments of node; without them the command is built of the sources. */
  readonly server?: readonly string[];
  readonly initialize?: Partial<InitializeParams>;
  readonly cwd?: string;
}

/** A client as editors are, on a server of its own process. */
export class Editor {
  readonly logs: string[] = [];
  readonly messages: string[] = [];
  readonly diagnostics = new Map<string, { version: number | undefined; list: Diagnostic[] }>();
  readonly connection: MessageConnection;
  initialized!: InitializeResult;
  stderr = '';
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  private listeners: (() => void)[] = [];
  private versions = new Map<string, number>();

  constructor(server: readonly string[], cwd: string) {
    this.process = spawn(process.execPath, [...server], { stdio: 'pipe', cwd });
    this.exited = new Promise((resolve) => this.process.once('exit', (code) => resolve(code)));
    // Nobody waits for answers of a server that is gone.
    this.process.once('exit', () => this.connection.dispose());
    this.process.stderr!.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.connection = createMessageConnection(
      new StreamMessageReader(this.process.stdout!), new StreamMessageWriter(this.process.stdin!),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.diagnostics.set(uri, { version, list: diagnostics });
      for (const listener of this.listeners) listener();
    });
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => void this.logs.push(message));
    this.connection.onNotification(ShowMessageNotification.type, ({ message }) => void this.messages.push(message));
    this.connection.onUnhandledNotification(() => undefined);
    this.connection.onError(() => undefined);
    this.connection.listen();
  }

  static async start(options: EditorOptions = {}): Promise<Editor> {
    const editor = new Editor(options.server ?? [await builtCommand(), 'lsp'], options.cwd ?? process.cwd());
    await editor.initialize(options.initialize);
    return editor;
  }

  async initialize(params: Partial<InitializeParams> = {}): Promise<void> {
    this.initialized = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid, rootUri: null, capabilities: {}, ...params,
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
  }

  async open(uri: string, text: string): Promise<void> {
    this.versions.set(uri, 1);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'python', version: 1, text },
    });
  }

  /** Replaces a range, or all of the text. */
  async change(uri: string, text: string, range?: Range): Promise<void> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version }, contentChanges: [range === undefined ? { text } : { range, text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async format(uri: string): Promise<TextEdit[] | null> {
    return this.connection.sendRequest('textDocument/formatting', {
      textDocument: { uri }, options: { tabSize: 4, insertSpaces: true },
    });
  }

  /** Diagnostics of the version of a document that was sent last. */
  async diagnosed(uri: string): Promise<Diagnostic[]> {
    for (;;) {
      const known = this.diagnostics.get(uri);
      if (known !== undefined && known.version === this.versions.get(uri)) return known.list;
      await new Promise<void>((resolve) => this.listeners.push(resolve));
    }
  }

  /** Waits until something holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Says goodbye; the exit code of the server. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await this.exited;
    this.connection.dispose();
    return code;
  }
}

export const uriOf = (path: string): string => pathToFileURL(path).href;

/** A text after edits whose columns count UTF-16 units. */
export function edited(text: string, edits: readonly TextEdit[] | null): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  let result = text;
  for (const { range, newText } of [...edits ?? []].reverse()) {
    result = result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end));
  }
  return result;
}
