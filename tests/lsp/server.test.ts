import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeAction, CompletionList, InlineCompletionList, Position, TextDocumentEdit, TextEdit } from 'vscode-languageserver-protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { folderWith } from '../support/folder-with.js';
import { Editor, edited, uriOf } from './support/editor.js';

// Each server is a process with threads of its own, which a busy machine lets wait.
vi.setConfig({ testTimeout: 120_000 });

const TIDY = `import os


def area(width, height):
    return width * height


def room(width, height):
    return width * height


other = room(3, 4)
size = area(1, 2)
print(size, other)
`;
/** Two gaps that any model would mend. */
const SPOILT = TIDY.replace('size = ', 'size =  ').replace('(size, ', '(size,  ');
const options = { tabSize: 4, insertSpaces: true };

let editor: Editor;
let count = 0;
/** A document of its own for each test. */
async function opened(text: string): Promise<string> {
  const uri = `file:///nowhere/module${++count}.py`;
  await editor.open(uri, text);
  return uri;
}

const range = (start: [number, number], end: [number, number]) => ({
  start: { line: start[0], character: start[1] }, end: { line: end[0], character: end[1] },
});

async function actionsAt(uri: string, at: ReturnType<typeof range>, only?: string[]): Promise<CodeAction[]> {
  return editor.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri }, range: at, context: { diagnostics: await editor.diagnosed(uri), ...(only === undefined ? {} : { only }) },
  });
}

const editsOf = (action: CodeAction, uri: string): TextEdit[] =>
  action.edit?.changes?.[uri] ?? (action.edit?.documentChanges?.[0] as TextDocumentEdit).edits as TextEdit[];

beforeAll(async () => {
  editor = await Editor.start({
    initialize: { initializationOptions: { diagnosticsDelay: 20, inlineConfidence: 0 } },
  });
});

afterAll(async () => {
  expect(await editor.stop()).toBe(0);
  expect(editor.stderr).toBe('');
});

test('a document is laid out by edits of those gaps alone that change', async () => {
  const uri = await opened(SPOILT);
  const edits = (await editor.format(uri))!;
  expect(edited(SPOILT, edits)).toBe(TIDY);
  expect(edits).toEqual([
    { range: range([12, 7], [12, 8]), newText: '' }, { range: range([13, 12], [13, 13]), newText: '' },
  ]);
});

test('a range leaves the other lines alone', async () => {
  const uri = await opened(SPOILT);
  const edits: TextEdit[] = await editor.connection.sendRequest('textDocument/rangeFormatting', {
    textDocument: { uri }, range: range([12, 0], [13, 0]), options,
  });
  expect(edited(SPOILT, edits)).toBe(SPOILT.replace('=  area', '= area'));
  const several: TextEdit[] = await editor.connection.sendRequest('textDocument/rangesFormatting', {
    textDocument: { uri }, ranges: [range([3, 0], [3, 1]), range([12, 0], [13, 3])], options,
  });
  expect(edited(SPOILT, several)).toBe(TIDY);
});

test.each([
  ['a line end, where the block below is still missing', 'a = 1\nif a ==1 :\n', '\n', [2, 0], 'a = 1\nif a == 1:\n'],
  ['a colon', 'a = 1\nif a ==1 :\nb = 2\n', ':', [1, 10], 'a = 1\nif a == 1:\nb = 2\n'],
  ['a line end in the middle of a file that goes on', 'a = 1\nb =  2\n\nc = 3\n', '\n', [2, 0], 'a = 1\nb = 2\n\nc = 3\n'],
  ['a line end above code that does not parse', 'a = 1\nb =  2\n\nc = (\n', '\n', [2, 0], 'a = 1\nb = 2\n\nc = (\n'],
  ['a colon that ends no line', 'a = {1  :\n', ':', [0, 9], 'a = {1  :\n'],
  ['a line end in code that does not parse', 'a = (1  ,\n', '\n', [1, 0], 'a = (1  ,\n'],
] as const)('on type, after %s', async (_, text, ch, [line, character], expected) => {
  const uri = await opened(text);
  const edits: TextEdit[] | null = await editor.connection.sendRequest('textDocument/onTypeFormatting', {
    textDocument: { uri }, position: { line, character }, ch, options,
  });
  expect(edited(text, edits)).toBe(expected);
});

test('deviations are shown, go when they are mended, and when the document is closed', async () => {
  const uri = await opened(SPOILT);
  const shown = await editor.diagnosed(uri);
  expect(shown.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^expected 1 space, found 2 \([>\d.]+ % sure\)$/u), expect.anything(),
  ]);
  expect(shown[0]).toMatchObject({ range: range([12, 6], [12, 8]), source: 'nnfmt', severity: 3 });
  await editor.change(uri, TIDY);
  expect(await editor.diagnosed(uri)).toEqual([]);
  await editor.change(uri, SPOILT);
  expect(await editor.diagnosed(uri)).toHaveLength(2);
  await editor.close(uri);
  await editor.until(() => editor.diagnostics.get(uri)!.list.length === 0);
});

test('each deviation has a fix of its own, and all of them one', async () => {
  const uri = await opened(SPOILT);
  const actions = await actionsAt(uri, range([12, 7], [12, 7]), ['quickfix']);
  expect(actions.map(({ title }) => title)).toEqual([
    'Fix layout: expected 1 space, found 2', 'Fix the layout of this file (2 places)',
  ]);
  expect(actions[0]!.diagnostics).toHaveLength(1);
  expect(edited(SPOILT, editsOf(actions[0]!, uri))).toBe(SPOILT.replace('=  area', '= area'));
  expect(edited(SPOILT, editsOf(actions[1]!, uri))).toBe(TIDY);
  const [all] = await actionsAt(uri, range([0, 0], [0, 0]), ['source.fixAll']);
  expect(all!.kind).toBe('source.fixAll.nnfmt');
  expect(edited(SPOILT, editsOf(all!, uri))).toBe(TIDY);
});

test('a fix whose gap alone would change the program takes what belongs to it along', async () => {
  const block = (name: string, indent: string): string =>
    `def ${name}(a):\n    if a:\n${indent}b = 1\n${indent}c = 2\n    return a\n\n\n`;
  const names = ['f', 'g', 'h', 'i', 'j'];
  const tidy = names.map((name) => block(name, '        ')).join('').trimEnd() + '\n';
  const text = tidy.replace(block('h', '        '), block('h', '       '));
  const uri = await opened(text);
  const shown = await editor.diagnosed(uri);
  const of = shown.find(({ range: { start } }) => start.line === 16)!;
  const [fix] = await actionsAt(uri, of.range, ['quickfix']);
  expect(edited(text, editsOf(fix!, uri))).toBe(tidy);
});

test('pointing at a deviation says why', async () => {
  const uri = await opened(SPOILT);
  const hover = (position: Position): Promise<{ contents: { value: string } } | null> =>
    editor.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  const { contents } = (await hover({ line: 12, character: 7 }))!;
  expect(contents.value).toMatch(/^\*\*nnfmt\*\*: expected 1 space, found 2\n[\s\S]*proposed +1 space, [>\d.]+ % sure/u);
  expect((await hover({ line: 11, character: 5 }))!.contents.value).toContain('1 space, which stays');
  expect(await hover({ line: 11, character: 2 })).toBeNull();
});

test('explaining lines gives the words of the command', async () => {
  const uri = await opened(SPOILT);
  const words = await editor.connection.sendRequest('workspace/executeCommand', { command: 'nnfmt.explainLines', arguments: [uri, 13] });
  expect(words).toContain('between = and area (assignment)');
});

test('the line at the cursor is finished, as items and as text behind the cursor, also where nothing parses', async () => {
  const text = 'import os\n\nfor name in os.listdir(path):\n    print(name)\nfor name in os.li';
  const uri = await opened(text);
  const at = { textDocument: { uri }, position: { line: 4, character: 17 } };
  const list: CompletionList = await editor.connection.sendRequest('textDocument/completion', at);
  expect(list.isIncomplete).toBe(true);
  expect(list.items[0]).toMatchObject({
    label: 'listdir(path):', filterText: 'listdir(path):', textEdit: { range: range([4, 15], [4, 17]), newText: 'listdir(path):' },
  });
  const inline: InlineCompletionList = await editor.connection.sendRequest('textDocument/inlineCompletion', { ...at, context: { triggerKind: 1 } });
  expect(inline.items[0]).toEqual({ insertText: 'stdir(path):', range: range([4, 17], [4, 17]) });
});

test('edits of a line reach the server as they are typed, and completion follows', async () => {
  const uri = await opened('total = price\nto');
  await editor.change(uri, 'tal', range([1, 2], [1, 2]));
  await editor.change(uri, ' =  1\n', range([1, 5], [1, 5]));
  expect(edited('total = price\ntotal =  1\n', await editor.format(uri))).toBe('total = price\ntotal = 1\n');
});

test('code that does not parse is left alone; the log says why, once', async () => {
  const uri = await opened('def f(:\n');
  const before = editor.logs.length;
  for (let k = 0; k < 3; k++) expect(await editor.format(uri)).toBeNull();
  expect(editor.logs.slice(before)).toEqual([expect.stringMatching(/^\/nowhere\/module\d+\.py:1:\d+: .*left alone/u)]);
  expect(await editor.diagnosed(uri)).toEqual([]);
  await editor.change(uri, 'x =  1\n');
  expect(await editor.format(uri)).toHaveLength(1);
  await editor.change(uri, 'def f(:\n');
  await editor.format(uri);
  expect(editor.logs.slice(before)).toHaveLength(2);
  expect(editor.messages).toEqual([]);
});

test('a document without a folder and a cell of a notebook are laid out too', async () => {
  await editor.open('untitled:Untitled-1', 'x =  1\n');
  expect(await editor.format('untitled:Untitled-1')).toHaveLength(1);
  const cell = 'vscode-notebook-cell:/nowhere/book.ipynb#W0sZmlsZQ%3D%3D';
  await editor.open(cell, 'x =  1');
  expect(edited('x =  1', await editor.format(cell))).toBe('x = 1');
  expect(await editor.diagnosed(cell)).toHaveLength(1);
  const magic = '%matplotlib inline\nx =  1';
  await editor.open(`${cell}2`, magic);
  expect(edited(magic, await editor.format(`${cell}2`))).toBe('%matplotlib inline\nx = 1');
});

test('a document of another language is left alone, and the log says so; what ends in .py is ours whatever it is called', async () => {
  const open = async (name: string, languageId: string): Promise<string> => {
    const uri = `file:///nowhere/${name}`;
    await editor.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text: 'x =  1\n' } });
    return uri;
  };
  expect(await editor.format(await open('settings.toml', 'toml'))).toBeNull();
  expect(editor.logs.filter((line) => line.includes('settings.toml'))).toEqual(['file:///nowhere/settings.toml: is toml, not Python, and is left alone']);
  expect(await editor.format(await open('SConstruct', 'Python'))).toHaveLength(1);
  expect(await editor.format(await open('other.pyi', 'stub'))).toHaveLength(1);
});

test('a byte order mark and CRLF stay', async () => {
  const text = '\uFEFFx =  1\r\ny=2\r\n';
  const uri = await opened(text);
  expect(edited(text, await editor.format(uri))).toBe('\uFEFFx = 1\r\ny = 2\r\n');
  expect((await editor.diagnosed(uri))[0]!.range).toEqual(range([0, 4], [0, 6]));
});

test.each([
  ['utf-8', 4, ['utf-8', 'utf-16']],
  ['utf-16', 2, ['utf-16', 'utf-8']],
  ['utf-32', 1, ['utf-7', 'utf-32']],
] as const)('positions count %s where the editor wants it', async (encoding, width, positionEncodings) => {
  const other = await Editor.start({ initialize: { capabilities: { general: { positionEncodings: [...positionEncodings] } } } });
  expect(other.initialized.capabilities.positionEncoding).toBe(encoding);
  const uri = 'file:///nowhere/faces.py';
  await other.open(uri, 's = "😀😀"\n');
  // One of two faces goes, and behind the string comes an operand after too many blanks.
  await other.change(uri, '', range([0, 5], [0, 5 + width]));
  await other.change(uri, '" +  x', range([0, 5 + width], [0, 5 + width + 1]));
  const column = 's = "" + '.length + width;
  expect(await other.format(uri)).toEqual([{ range: range([0, column], [0, column + 1]), newText: '' }]);
  await other.stop();
});

/** A project whose style is two spaces and blanks within brackets. */
function project(): string {
  const code = 'def area( width, height ):\n  if width:\n    return width * height\n  return None\n\n\ndef size( box ):\n  return area( box.width, box.height )\n';
  return folderWith({ 'setup.cfg': '', 'a.py': code, 'b.py': code.replaceAll('area', 'room'), 'c.py': code.replaceAll('size', 'volume') });
}

test("a project's style is learned with progress, picked up at once, and files are brought into it", async () => {
  const folder = project();
  const other = await Editor.start({
    initialize: {
      capabilities: { window: { workDoneProgress: true }, workspace: { applyEdit: true } },
      workspaceFolders: [{ uri: uriOf(folder), name: 'project' }], initializationOptions: { diagnosticsDelay: 0 },
    },
  });
  const progress: { kind: string; percentage?: number }[] = [];
  other.connection.onRequest('window/workDoneProgress/create', () => null);
  other.connection.onNotification('$/progress', ({ value }: { value: { kind: string } }) => void progress.push(value));
  const applied: { edit: { changes: Record<string, TextEdit[]> } }[] = [];
  other.connection.onRequest('workspace/applyEdit', (params: typeof applied[0]) => {
    applied.push(params);
    return { applied: true };
  });
  const uri = uriOf(join(folder, 'd.py'));
  const foreign = 'def depth(box):\n    if box:\n        return area(box.depth, box.height)\n    return None\n';
  await other.open(uri, foreign);
  const run = (command: string, ...rest: unknown[]): Promise<unknown> =>
    other.connection.sendRequest('workspace/executeCommand', { command, arguments: [uri, ...rest] });
  expect(await run('nnfmt.restyleDocument')).toBeNull();
  expect(other.messages).toEqual([expect.stringMatching(/no profile/u)]);
  expect(await other.connection.sendRequest('nnfmt/status', { uri })).toMatchObject({ state: 'none' });

  const path = join(folder, '.nnfmt/profile');
  expect(await run('nnfmt.learnProject', true)).toBe(path);
  expect(readFileSync(path).length).toBeGreaterThan(1000);
  expect(progress[0]).toMatchObject({ kind: 'begin', cancellable: true });
  expect(progress.map(({ kind }) => kind)).toContain('report');
  expect(progress[progress.length - 1]!.kind).toBe('end');
  expect(await other.connection.sendRequest('nnfmt/status', { uri })).toMatchObject({ state: 'found', path });

  expect(await run('nnfmt.restyleDocument')).toBeGreaterThan(3);
  expect(edited(foreign, applied[0]!.edit.changes[uri]!)).toContain('def depth( box ):\n  if box:\n    return area( box.depth, box.height )');

  // Somebody else writes something that is no profile.
  writeFileSync(path, 'damaged');
  utimesSync(path, 1, 1);
  expect(await other.connection.sendRequest('nnfmt/status', { uri })).toMatchObject({ state: 'unusable' });
  expect(await other.format(uri)).toBeNull();
  expect(await other.stop()).toBe(0);
});

test('learning that is cancelled writes nothing, and the server serves on', async () => {
  const folder = project();
  const other = await Editor.start({ initialize: { capabilities: { window: { workDoneProgress: true } } } });
  let token: unknown;
  other.connection.onRequest('window/workDoneProgress/create', ({ token: given }: { token: unknown }) => {
    token = given;
    return null;
  });
  other.connection.onNotification('$/progress', ({ value }: { value: { kind: string } }) => {
    if (value.kind === 'report') void other.connection.sendNotification('window/workDoneProgress/cancel', { token });
  });
  const uri = uriOf(join(folder, 'a.py'));
  await other.open(uri, 'x =  1\n');
  await expect(other.connection.sendRequest('workspace/executeCommand', { command: 'nnfmt.learnProject', arguments: [uri] }))
    .rejects.toMatchObject({ code: -32800 });
  expect(() => readFileSync(join(folder, '.nnfmt/profile'))).toThrow(/ENOENT/u);
  expect(await other.format(uri)).toHaveLength(1);
  await other.stop();
});

test('settings come from the editor, folder by folder, over those of pyproject.toml', async () => {
  const [strict, lax] = ['confidence = 1\nexclude = ["left_out.py"]\n', ''].map((toml) =>
    folderWith({ 'pyproject.toml': toml === '' ? '' : `[tool.nnfmt]\n${toml}`, 'a.py': '' }));
  const said = new Map<string, unknown>();
  const other = await Editor.start({
    initialize: {
      capabilities: { workspace: { configuration: true, workspaceFolders: true } },
      workspaceFolders: [strict!, lax!].map((folder) => ({ uri: uriOf(folder), name: folder })),
    },
  });
  other.connection.onRequest('workspace/configuration', ({ items }: { items: { scopeUri: string; section: string }[] }) =>
    items.map(({ scopeUri, section }) => (section === 'nnfmt' ? said.get(scopeUri) ?? null : null)));
  const [inStrict, inLax] = [strict!, lax!].map((folder) => uriOf(join(folder, 'a.py')));
  for (const uri of [inStrict!, inLax!]) await other.open(uri, 'x =  1\n');
  expect(await other.format(inStrict!)).toEqual([]);
  expect(await other.format(inLax!)).toHaveLength(1);

  said.set(inStrict!, { confidence: 0.5 }).set(inLax!, { confidence: 1, confidnce: 3, suggestions: 'many' });
  await other.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  expect(await other.format(inStrict!)).toHaveLength(1);
  expect(await other.format(inLax!)).toEqual([]);
  expect(other.messages).toEqual([
    'nnfmt.confidnce: there is no such setting. Did you mean nnfmt.confidence?',
    'nnfmt.suggestions: takes a whole number from 1 to 20, not "many".',
  ]);

  const leftOut = uriOf(join(strict!, 'left_out.py'));
  await other.open(leftOut, 'x =  1\n');
  expect(await other.format(leftOut)).toBeNull();
  expect(other.logs).toEqual([expect.stringContaining('left out by the project')]);
  await other.stop();
});

test('a file outside any folder follows its own project, an unsaved one that of the only folder', async () => {
  const folder = folderWith({ 'pyproject.toml': '[tool.nnfmt]\nconfidence = 1\n', 'a.py': '' });
  const elsewhere = folderWith({ 'a.py': '' });
  mkdirSync(join(elsewhere, 'empty'));
  const other = await Editor.start({ initialize: { workspaceFolders: [{ uri: uriOf(join(elsewhere, 'empty')), name: 'empty' }] } });
  const uri = uriOf(join(folder, 'a.py'));
  await other.open(uri, 'x =  1\n');
  expect(await other.format(uri)).toEqual([]);
  await other.stop();
  const third = await Editor.start({ initialize: { workspaceFolders: [{ uri: uriOf(folder), name: 'strict' }] } });
  await third.open('untitled:Untitled-1', 'x =  1\n');
  expect(await third.format('untitled:Untitled-1')).toEqual([]);
  await third.stop();
});
