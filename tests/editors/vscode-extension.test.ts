import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { Controller } from '../../editors/vscode/src/controller.js';
import type { Client, Host, ServerCommand } from '../../editors/vscode/src/host.js';
import { serverCommand } from '../../editors/vscode/src/server-command.js';
import { editorRows, settingsOf } from '../../editors/vscode/scripts/settings.js';
import { lspOptions } from '../../src/options/lsp-options.js';

const manifest = JSON.parse(readFileSync(fileURLToPath(new URL('../../editors/vscode/package.json', import.meta.url)), 'utf8')) as {
  contributes: { commands: { command: string }[]; configuration: { properties: Record<string, { default: unknown }> } };
};
const OWN = { script: '/extension/server/nnfmt-all.js', node: '/editor' };

/** An editor that does nothing by itself, and keeps what it is told. */
class FakeHost {
  readonly handlers = new Map<string, () => Promise<unknown>>();
  readonly said: string[] = [];
  readonly shown: string[] = [];
  readonly requests: { method: string; params: unknown }[] = [];
  readonly started: ServerCommand[] = [];
  readonly item = { text: '', detail: '', severity: -1, command: undefined as { command: string } | undefined, dispose: vi.fn() };
  stops = 0;
  path: string | null = null;
  answers: Record<string, unknown> = {};
  isBroken = false;
  changeConfiguration: (event: { affectsConfiguration: (section: string) => boolean }) => void = () => undefined;
  statusChanged: () => void = () => undefined;
  readonly controller: Controller;

  constructor(readonly editor: object | null = {
    document: { languageId: 'python', uri: { toString: () => 'file:///p/a.py' } }, selection: { start: { line: 3 }, end: { line: 5 } },
  }) {
    const disposable = { dispose: () => undefined };
    const host = {
      commands: { registerCommand: (name: string, run: () => Promise<unknown>) => (this.handlers.set(name, run), disposable) },
      languages: { createLanguageStatusItem: () => this.item },
      window: {
        activeTextEditor: editor ?? undefined,
        onDidChangeActiveTextEditor: () => disposable,
        showInformationMessage: async (text: string) => void this.said.push(text),
        showErrorMessage: async (text: string) => void this.said.push(text),
        showTextDocument: async (document: string) => void this.shown.push(document),
      },
      workspace: {
        getConfiguration: () => ({ get: () => this.path }),
        onDidChangeConfiguration: (listen: FakeHost['changeConfiguration']) => ((this.changeConfiguration = listen), disposable),
        openTextDocument: async ({ content }: { content: string }) => content,
        workspaceFolders: undefined,
      },
      severity: { Information: 0, Warning: 1, Error: 2 },
    } as unknown as Host;
    this.controller = new Controller(host, (command) => this.client(command), OWN);
  }

  run(command: string): Promise<unknown> {
    return this.handlers.get(command)!();
  }

  private client(command: ServerCommand): Client {
    this.started.push(command);
    return {
      start: async () => {
        if (this.isBroken) throw new Error('there is no such file');
      },
      stop: async () => void this.stops++,
      sendRequest: async <R>(method: string, params: unknown): Promise<R> => {
        this.requests.push({ method, params });
        const key = method === 'workspace/executeCommand' ? (params as { command: string }).command : method;
        const answer = this.answers[key];
        if (answer instanceof Error) throw answer;
        return (answer ?? null) as R;
      },
      onNotification: (_method, handler) => ((this.statusChanged = handler), { dispose: () => undefined }),
    };
  }
}

test('the settings in package.json are those of the server, with what it says of them', () => {
  expect(manifest.contributes.configuration).toEqual(settingsOf(editorRows()));
  for (const [name, row] of Object.entries(editorRows())) {
    expect(manifest.contributes.configuration.properties[`nnfmt.${name}`]).toMatchObject({
      default: row.default, markdownDescription: expect.stringContaining(row.description),
    });
  }
  expect(Object.keys(lspOptions)).toContain('stdio');
  expect(manifest.contributes.configuration.properties).not.toHaveProperty(['nnfmt.stdio']);
});

test('each command in package.json is there when the extension has started, and no other', async () => {
  const host = new FakeHost();
  await host.controller.start();
  expect([...host.handlers.keys()].sort()).toEqual(manifest.contributes.commands.map(({ command }) => command).sort());
});

test.each([
  ['nothing', null, { command: '/editor', args: [OWN.script, 'lsp'] }],
  ['a program', '/usr/bin/nnfmt', { command: '/usr/bin/nnfmt', args: ['lsp'] }],
  ['a script of Node', '/p/dist/nnfmt.js', { command: '/editor', args: ['/p/dist/nnfmt.js', 'lsp'] }],
  ['blanks', '  ', { command: '/editor', args: [OWN.script, 'lsp'] }],
])('the server, where the user names %s', (_, named, expected) => {
  expect(serverCommand(named, OWN)).toEqual(expected);
});

test.each([
  [{ kind: 'status', state: 'found', path: '/p/.nnfmt/profile', message: null }, "project's style", '/p/.nnfmt/profile', 0],
  [{ kind: 'status', state: 'none', path: null, message: null }, "file's own style", 'no profile', 0],
  [{ kind: 'status', state: 'unusable', path: '/p', message: 'is damaged' }, 'unusable', 'is damaged', 1],
  [{ kind: 'left-out' }, 'left out', 'leaves this file out', 0],
  [null, 'nnfmt', 'habits of the file', 0],
])('the status says %j', async (answer, text, detail, severity) => {
  const host = new FakeHost();
  host.answers['nnfmt/status'] = answer;
  await host.controller.start();
  expect(host.item.text).toContain(text);
  expect(host.item.detail).toContain(detail);
  expect(host.item.severity).toBe(severity);
});

test('the status follows what the server notices', async () => {
  const host = new FakeHost();
  await host.controller.start();
  host.answers['nnfmt/status'] = { kind: 'status', state: 'found', path: '/p/.nnfmt/profile', message: null };
  host.statusChanged();
  await vi.waitFor(() => expect(host.item.detail).toBe('/p/.nnfmt/profile'));
});

test('commands ask the server about the document at hand', async () => {
  const host = new FakeHost();
  await host.controller.start();
  host.answers = { 'nnfmt.restyleDocument': 0, 'nnfmt.explainLines': 'a.py:4:1  between x and =' };
  for (const command of ['nnfmt.train', 'nnfmt.restyle', 'nnfmt.explain']) await host.run(command);
  expect(host.requests.filter(({ method }) => method === 'workspace/executeCommand').map(({ params }) => params)).toEqual([
    { command: 'nnfmt.learnProject', arguments: ['file:///p/a.py'] },
    { command: 'nnfmt.restyleDocument', arguments: ['file:///p/a.py'] },
    { command: 'nnfmt.explainLines', arguments: ['file:///p/a.py', 4, 6] },
  ]);
  expect(host.said).toEqual(["nnfmt: this file is in the project's style already."]);
  expect(host.shown).toEqual(['a.py:4:1  between x and =']);
});

test('what was cancelled ends without a word, and what cannot be explained with one', async () => {
  const host = new FakeHost();
  await host.controller.start();
  host.answers['nnfmt.learnProject'] = new Error('cancelled');
  await host.run('nnfmt.train');
  expect(host.said).toEqual([]);
  await host.run('nnfmt.explain');
  expect(host.said).toEqual([expect.stringContaining('cannot be explained')]);
});

test('without an editor or a folder there is nothing to learn from, and nothing to do', async () => {
  const host = new FakeHost(null);
  await host.controller.start();
  for (const command of ['nnfmt.train', 'nnfmt.restyle', 'nnfmt.explain']) await host.run(command);
  expect(host.said).toEqual(['nnfmt: open a file or folder of the project to learn from.']);
  expect(host.requests).toEqual([]);
});

test('a server that does not start is told of, and one named elsewhere takes its place', async () => {
  const host = new FakeHost();
  host.isBroken = true;
  await host.controller.start();
  expect(host.said).toEqual(['nnfmt: its server does not start: there is no such file']);
  expect(host.item).toMatchObject({ severity: 1, command: { command: 'nnfmt.restart' } });
  await host.run('nnfmt.train');
  expect(host.said[1]).toContain('does not run');
  host.isBroken = false;
  host.path = '/usr/bin/nnfmt';
  host.changeConfiguration({ affectsConfiguration: (section) => section === 'nnfmt.path' });
  await vi.waitFor(() => expect(host.item.severity).toBe(0));
  expect(host.started[1]!.command).toBe('/usr/bin/nnfmt');
  await host.controller.dispose();
  expect(host.stops).toBe(1);
});
