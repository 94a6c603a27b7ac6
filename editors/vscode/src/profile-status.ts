import type * as vscode from 'vscode';
import type { Client, Host } from './host.js';

/** What the server says of a document. */
export type ProfileStatus =
  | { readonly kind: 'left-out' }
  | {
    readonly kind: 'status';
    readonly state: 'none' | 'found' | 'unusable';
    readonly path: string | null;
    readonly message: string | null;
  };

/** The item in the language status that says whose style the document at hand follows. */
export class ProfileStatusItem {
  private asked = 0;

  constructor(private readonly item: vscode.LanguageStatusItem, private readonly host: Host) {
    item.name = 'nnfmt';
  }

  /** Asks the server about the document at hand. */
  async refresh(client: Client | null): Promise<void> {
    const document = this.host.window.activeTextEditor?.document;
    if (document?.languageId !== 'python') return;
    const number = ++this.asked;
    const status = client === null
      ? null
      : await client.sendRequest<ProfileStatus | null>('nnfmt/status', { uri: document.uri.toString() }).catch(() => null);
    // Another document came to the front meanwhile.
    if (number === this.asked) this.show(client === null ? 'stopped' : status);
  }

  private show(status: ProfileStatus | 'stopped' | null): void {
    const { item, host: { severity } } = this;
    const learn = { title: "Learn this project's style", command: 'nnfmt.train' };
    const say = (text: string, detail: string, isBad: boolean, command: vscode.Command | undefined): void => {
      item.text = text;
      item.detail = detail;
      item.severity = isBad ? severity.Warning : severity.Information;
      item.command = command;
    };
    if (status === 'stopped') {
      say('nnfmt does not run', 'its server has stopped', true, { title: 'Restart', command: 'nnfmt.restart' });
    } else if (status === null) say('nnfmt', 'by the habits of the file', false, learn);
    else if (status.kind === 'left-out') say('nnfmt: left out', 'the project leaves this file out', false, undefined);
    else if (status.state === 'found') say("nnfmt: project's style", status.path ?? '', false, { ...learn, title: 'Learn again' });
    else if (status.state === 'none') say("nnfmt: file's own style", 'the project has no profile', false, learn);
    else say('nnfmt: profile unusable', status.message ?? '', true, learn);
  }
}
