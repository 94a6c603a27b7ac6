import type * as vscode from 'vscode';
import type { Client, Host, ServerCommand } from './host.js';
import { ProfileStatusItem } from './profile-status.js';
import { serverCommand } from './server-command.js';

export const SELECTOR = ['file', 'untitled', 'vscode-notebook-cell'].map((scheme) => ({ language: 'python', scheme }));

/** Runs the server, and offers commands and status on it. */
export class Controller {
  private client: Client | null = null;
  private readonly disposables: { dispose(): unknown }[] = [];
  private readonly status: ProfileStatusItem;

  /**
   * @param createClient makes a client of a server that is started so
   * @param own the server in the extension, and the program that runs it
   */
  constructor(
    private readonly host: Host,
    private readonly createClient: (command: ServerCommand) => Client,
    private readonly own: { readonly script: string; readonly node: string },
  ) {
    const { commands, languages, window, workspace } = host;
    const item = languages.createLanguageStatusItem('nnfmt.profile', SELECTOR);
    this.status = new ProfileStatusItem(item, host);
    this.disposables.push(
      item,
      commands.registerCommand('nnfmt.train', () => this.train()),
      commands.registerCommand('nnfmt.restyle', () => this.restyle()),
      commands.registerCommand('nnfmt.explain', () => this.explain()),
      commands.registerCommand('nnfmt.restart', () => this.restart()),
      window.onDidChangeActiveTextEditor(() => void this.status.refresh(this.client)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nnfmt.path')) void this.restart();
      }),
    );
  }

  /** Starts the server; where it does not start, the user is told. */
  async start(): Promise<void> {
    const named = this.host.workspace.getConfiguration('nnfmt').get<string | null>('path');
    const client = this.createClient(serverCommand(named, this.own));
    try {
      await client.start();
      this.client = client;
      this.disposables.push(client.onNotification('nnfmt/statusChanged', () => void this.status.refresh(client)));
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      void this.host.window.showErrorMessage(`nnfmt: its server does not start: ${reason}`);
    }
    await this.status.refresh(this.client);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async dispose(): Promise<void> {
    await this.stop();
    for (const each of this.disposables.splice(0)) each.dispose();
  }

  private async stop(): Promise<void> {
    const { client } = this;
    this.client = null;
    // A server that died needs no goodbye.
    await client?.stop().catch(() => undefined);
  }

  /** The document at hand, or else the first folder. */
  private async train(): Promise<void> {
    const { window, workspace } = this.host;
    const uri = window.activeTextEditor?.document.uri ?? workspace.workspaceFolders?.[0]?.uri;
    if (uri === undefined) {
      void window.showInformationMessage('nnfmt: open a file or folder of the project to learn from.');
      return;
    }
    await this.run('nnfmt.learnProject', uri);
    await this.status.refresh(this.client);
  }

  private async restyle(): Promise<void> {
    const editor = this.host.window.activeTextEditor;
    if (editor === undefined) return;
    const count = await this.run<number | null>('nnfmt.restyleDocument', editor.document.uri);
    if (count === 0) void this.host.window.showInformationMessage("nnfmt: this file is in the project's style already.");
  }

  private async explain(): Promise<void> {
    const editor = this.host.window.activeTextEditor;
    if (editor === undefined) return;
    const { start, end } = editor.selection;
    const words = await this.run<string | null>('nnfmt.explainLines', editor.document.uri, start.line + 1, end.line + 1);
    if (words === null || words === undefined) {
      void this.host.window.showInformationMessage('nnfmt: these lines cannot be explained; the output of nnfmt says why.');
      return;
    }
    const document = await this.host.workspace.openTextDocument({ content: words, language: 'plaintext' });
    await this.host.window.showTextDocument(document, { preview: true, preserveFocus: true });
  }

  private async run<R>(command: string, uri: vscode.Uri, ...rest: unknown[]): Promise<R | undefined> {
    if (this.client === null) {
      void this.host.window.showErrorMessage('nnfmt: its server does not run; restart it first.');
      return undefined;
    }
    try {
      return await this.client.sendRequest<R>('workspace/executeCommand', { command, arguments: [uri.toString(), ...rest] });
    } catch {
      // Cancelled, or the document has changed meanwhile; the server has said what there is to say.
      return undefined;
    }
  }
}
