import { join } from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';
import { Controller, SELECTOR } from './controller.js';

let controller: Controller | null = null;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const options: LanguageClientOptions = { documentSelector: SELECTOR };
  const { commands, languages, window, workspace, LanguageStatusSeverity: severity } = vscode;
  controller = new Controller(
    { commands, languages, window, workspace, severity },
    ({ command, args }) => new LanguageClient('nnfmt', 'nnfmt', {
      command, args: [...args],
      // The editor's program is Node only where it is told to be.
      options: { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
    }, options),
    { script: join(context.extensionPath, 'server', 'nnfmt-all.js'), node: process.execPath },
  );
  await controller.start();
}

export async function deactivate(): Promise<void> {
  await controller?.dispose();
}
