import type * as vscode from 'vscode';

/** What the extension uses of the editor's API, passed in so that tests can replace it. */
export interface Host {
  readonly commands: Pick<typeof vscode.commands, 'registerCommand'>;
  readonly languages: Pick<typeof vscode.languages, 'createLanguageStatusItem'>;
  readonly window: Pick<
    typeof vscode.window,
    'activeTextEditor' | 'onDidChangeActiveTextEditor' | 'showInformationMessage' | 'showErrorMessage' |
    'showTextDocument'
  >;
  readonly workspace: Pick<
    typeof vscode.workspace,
    'getConfiguration' | 'onDidChangeConfiguration' | 'openTextDocument' | 'workspaceFolders'
  >;
  readonly severity: typeof vscode.LanguageStatusSeverity;
}

/** What it uses of a language client. */
export interface Client {
  start(): Promise<void>;
  stop(): Promise<void>;
  sendRequest<R>(method: string, params: unknown): Promise<R>;
  onNotification(method: string, handler: () => void): { dispose(): void };
}

/** Program and arguments that a server is started by. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}
