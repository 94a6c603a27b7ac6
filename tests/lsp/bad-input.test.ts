import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { builtCommand } from './support/built-command.js';
import { Editor, uriOf } from './support/editor.js';
import { folderWith } from '../support/folder-with.js';

// Each server is a process with threads of its own, which a busy machine lets wait.
vi.setConfig({ testTimeout: 120_000 });

const CODE = 'def area(width, height):\n    return width * height\n\n\nsize =  area(1, 2)\nprint(size)\n';
const options = { tabSize: 4, insertSpaces: true };

/** Without looking for deviations by itself, so that a test asks all there is to do. */
const start = (): Promise<Editor> =>
  Editor.start({ initialize: { initializationOptions: { diagnostics: 'off' } } });

const codeOf = (answer: Promise<unknown>): Promise<unknown> => answer.then(() => 'answered', (fault) => (fault as { code: number }).code);

test('a flood of formats of a changing text: what is old is said to be, the last is answered, completion does not wait', async () => {
  const editor = await start();
  const uri = 'file:///nowhere/flood.py';
  await editor.open(uri, CODE.repeat(40));
  await editor.format(uri);
  const asked: Promise<unknown>[] = [];
  for (let k = 0; k < 300; k++) {
    await editor.change(uri, CODE.repeat(40) + `x${k} = 1\n`);
    asked.push(codeOf(editor.format(uri)));
  }
  const codes = await Promise.all(asked);
  expect(codes[299]).toBe('answered');
  expect(new Set(codes)).toEqual(new Set([-32801, 'answered']));
  expect(codes.filter((code) => code === 'answered').length).toBeLessThan(100);
  expect(await editor.stop()).toBe(0);
});

test('a flood of one question is one piece of work, and each gets the answer', async () => {
  const editor = await start();
  const uri = 'file:///nowhere/flood.py';
  await editor.open(uri, CODE);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => editor.format(uri)));
  expect(answers.every((edits) => edits?.length === 1)).toBe(true);
  await editor.stop();
});

test('what is cancelled is said to be, at once, also while a long text is at work', async () => {
  const editor = await start();
  const [long, short] = ['file:///nowhere/long.py', 'file:///nowhere/short.py'];
  await editor.open(long, CODE.repeat(4000));
  await editor.open(short, CODE);
  const { CancellationTokenSource } = await import('vscode-languageserver-protocol');
  const source = new CancellationTokenSource();
  const asked = codeOf(editor.connection.sendRequest('textDocument/formatting', { textDocument: { uri: long }, options }, source.token));
  // Completion is answered in the middle of it.
  const at = { textDocument: { uri: short }, position: { line: 5, character: 0 } };
  expect(await editor.connection.sendRequest('textDocument/completion', at)).toMatchObject({ isIncomplete: true });
  source.cancel();
  expect(await asked).toBe(-32800);
  expect(await editor.format(short)).toHaveLength(1);
  await editor.stop();
});

test('20,000 lines are laid out, or given up when their time is spent; 50 MB and binary are refused; all is served on', async () => {
  const editor = await Editor.start({ initialize: { initializationOptions: { diagnostics: 'off', maxSeconds: 1 } } });
  const open = async (name: string, text: string): Promise<string> => {
    const uri = `file:///nowhere/${name}.py`;
    await editor.open(uri, text);
    return uri;
  };
  expect(await editor.format(await open('lines', CODE.repeat(3400)))).toBeNull();
  expect(editor.logs).toEqual([expect.stringContaining('lines.py: formatting it')]);
  expect(await editor.format(await open('huge', 'x = 1\n'.repeat(9_000_000)))).toBeNull();
  expect(editor.logs[1]).toContain('longer than 20 MB');
  expect(await editor.format(await open('nul', 'x  = 1\ny = "\0"\n'))).toBeNull();
  expect(editor.logs[2]).toMatch(/nul\.py:2:6: a NUL character stands here, so this is binary and no source; the file was left alone\./u);
  expect(await editor.format(await open('coding', '# coding: klingon\nx  = 1\n'))).toBeNull();
  expect(editor.logs[3]).toMatch(/coding\.py:1:11: the coding line names "klingon", and nnfmt does not read that; the file was left alone\./u);
  const binary = String.fromCharCode(...Array.from({ length: 5000 }, (_, k) => (k * 37) % 256));
  expect(await editor.format(await open('binary', binary))).toBeNull();
  const at = { textDocument: { uri: await open('binary2', binary) }, position: { line: 3, character: 0 } };
  expect(await editor.connection.sendRequest('textDocument/completion', at)).toMatchObject({ items: expect.anything() });
  expect(await editor.format(await open('fine', CODE))).toHaveLength(1);
  expect(await editor.stop()).toBe(0);
});

test('requests out of order get an error, and do no harm', async () => {
  const editor = new Editor([await builtCommand(), 'lsp'], process.cwd());
  const uri = 'file:///nowhere/order.py';
  expect(await codeOf(editor.format(uri))).toBe(-32002);
  await editor.open(uri, CODE);
  await editor.initialize();
  expect(await editor.format(uri)).toBeNull();
  await editor.change('file:///nowhere/never-opened.py', 'x');
  await editor.close('file:///nowhere/never-opened.py');
  await editor.open(uri, CODE);
  await editor.open(uri, CODE);
  expect(await editor.format(uri)).toHaveLength(1);
  expect(await codeOf(editor.connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} }))).toBe(-32600);
  expect(await codeOf(editor.connection.sendRequest('textDocument/unheardOf', {}))).toBe(-32601);
  expect(await codeOf(editor.connection.sendRequest('workspace/executeCommand', { command: 'rm', arguments: [uri] }))).toBe(-32803);
  await expect(editor.connection.sendRequest('workspace/executeCommand', { command: 'nnfmt.rm' })).rejects.toThrow('there is no command "nnfmt.rm"');
  await editor.connection.sendRequest('shutdown');
  expect(await codeOf(editor.format(uri))).toBe(-32600);
  await editor.connection.sendNotification('exit');
  expect(await editor.exited).toBe(0);
});

test('messages that are none are passed over', async () => {
  const server = spawn(process.execPath, [await builtCommand(), 'lsp'], { stdio: 'pipe' });
  let said = '';
  server.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const send = (body: string): void => void server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  send('{"jsonrpc":"2.0","id":1,"method":');
  send('[]');
  send('null');
  send('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":5}}');
  send('{"jsonrpc":"2.0","id":7,"result":"nobody asked"}');
  send('{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}');
  send('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}');
  send('{"jsonrpc":"2.0","id":3,"method":"textDocument/formatting"}');
  send('{"jsonrpc":"2.0","id":4,"method":"textDocument/hover","params":{"textDocument":{"uri":"%%%"},"position":{"line":"a"}}}');
  while (!/"id":4/u.test(said)) await once(server.stdout, 'data');
  expect(said).toMatch(/"id":2,"result":\{"capabilities"/u);
  expect(said).toMatch(/"id":3,"error":\{"code":-326/u);
  send('{"jsonrpc":"2.0","id":5,"method":"shutdown"}');
  send('{"jsonrpc":"2.0","method":"exit"}');
  expect(await once(server, 'exit')).toEqual([0, null]);
});

test('a client that is gone, in the middle of a message or of work, ends the server', async () => {
  const editor = await start();
  await editor.open('file:///nowhere/gone.py', CODE.repeat(2000));
  void codeOf(editor.format('file:///nowhere/gone.py'));
  editor.process.stdin!.write('Content-Length: 500\r\n\r\n{"jsonrpc"');
  editor.process.stdin!.end();
  expect(await editor.exited).toBe(1);
  // Nobody reads any more.
  const other = await start();
  other.process.stdout!.destroy();
  void codeOf(other.format('file:///nowhere/gone.py'));
  await other.open('file:///nowhere/gone.py', CODE);
  other.process.stdin!.end();
  expect(await other.exited).toBe(1);
});

test('settings that cannot be read, and a profile of something else, are told once; the rest is served', async () => {
  const folder = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nconfidnce = 1\n', 'sub/a.py': '', 'fine/pyproject.toml': '[tool.nnfmt]\n', 'fine/a.py': '' });
  const editor = await start();
  const [bad, fine] = ['sub/a.py', 'fine/a.py'].map((path) => uriOf(`${folder}/${path}`));
  for (const uri of [bad!, fine!]) await editor.open(uri, CODE);
  for (let k = 0; k < 3; k++) expect(await editor.format(bad!)).toBeNull();
  expect(await editor.format(fine!)).toHaveLength(1);
  expect(editor.messages).toEqual([expect.stringContaining('confidnce: there is no such key')]);
  await editor.stop();
});

test.each([true, false])('shutdown and exit in one write: the answer goes out before the process ends (stream closed: %s)', async (isClosed) => {
  const server = spawn(process.execPath, [await builtCommand(), 'lsp'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const messages = [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } },
    { jsonrpc: '2.0', id: 2, method: 'shutdown' }, { jsonrpc: '2.0', method: 'exit' },
  ].map((message) => JSON.stringify(message)).map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`);
  let said = '';
  server.stdout.on('data', (data: Buffer) => (said += data.toString()));
  if (isClosed) server.stdin.end(messages.join(''));
  else server.stdin.write(messages.join(''));
  expect(await once(server, 'close')).toEqual([0, null]);
  expect(said).toContain('"id":1,');
  expect(said).toContain('{"jsonrpc":"2.0","id":2,"result":null}');
});
