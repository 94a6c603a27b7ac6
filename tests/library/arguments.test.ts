import { beforeAll, describe, expect, test } from 'vitest';
import {
  BadOptionError, Completer, createFormatter, createTokenizer, loadCompletionEngine, mutateSource, ProjectContext, scoreFigures, scoreFiles,
  similarityRatio, unifiedDiff, type CompletionEngine, type Formatter, type Tokenizer,
} from '../../src/index.js';

let formatter: Formatter;
let tokenizer: Tokenizer;
let engine: CompletionEngine;

beforeAll(async () => {
  formatter = await createFormatter({ profilePath: null });
  tokenizer = await createTokenizer();
  engine = loadCompletionEngine({ networkPath: null });
});

/** What a program without types may hand over. */
const bad = (value: unknown): never => value as never;

test('a source is formatted without options', () => {
  expect(formatter.format('x=1\n').text).toBe(formatter.format('x=1\n', { path: 'a.py' }).text);
  expect(() => formatter.format('f(')).toThrow(/^<source>:1:/u);
});

describe('a wrong argument is told in a sentence', () => {
  const document = { path: 'a.py', text: 'x\n' };
  test.each<[string, () => unknown, RegExp]>([
    ['format, bytes', () => formatter.format(bad(Buffer.from('x'))), /^format: text: takes a string, not bytes \(decode them first\)\.$/u],
    ['format, nothing', () => formatter.format(bad(undefined)), /^format: text: takes a string, not undefined\.$/u],
    ['format, a path for options', () => formatter.format('x\n', bad('a.py')), /^format: takes an object with path, lines, deviations, not "a\.py"\.$/u],
    ['format, null for options', () => formatter.format('x\n', bad(null)), /^format: takes an object with .*, not null\.$/u],
    ['format, a number for a path', () => formatter.format('x\n', bad({ path: 3 })), /^format: path: takes a string, not 3\.$/u],
    ['format, a mistyped option', () => formatter.format('x\n', bad({ pth: 'a.py' })), /^format: pth: there is no such option; .* Did you mean path\?$/u],
    ['format, lines from 0', () => formatter.format('x\n', { lines: [{ first: 0, last: 2 }] }), /^format: lines: takes a list of objects with first and last/u],
    ['tokenize', () => tokenizer.tokenize(bad(1)), /^tokenize: text: takes a string, not 1\.$/u],
    ['mutateSource, no options', () => mutateSource(tokenizer, 'x\n', bad(undefined)), /^mutateSource: takes an object with rate, seed, path, not undefined\.$/u],
    ['mutateSource, no seed', () => mutateSource(tokenizer, 'x\n', bad({ rate: 1 })), /^mutateSource: seed: is missing, and takes a number or a string\.$/u],
    ['mutateSource, a rate above 1', () => mutateSource(tokenizer, 'x\n', { rate: 2, seed: 1 }), /^mutateSource: rate: takes a number from 0 to 1, not 2\.$/u],
    ['mutateSource, a promise', () => mutateSource(bad(createTokenizer()), 'x\n', { rate: 1, seed: 1 }), /not a promise \(await it first\)\.$/u],
    ['scoreFiles, texts', () => scoreFiles(tokenizer, bad('x\n'), document), /^scoreFiles: left: takes an object with the strings path and text, not "x\\n"\.$/u],
    ['scoreFiles, one source', () => scoreFiles(tokenizer, document, bad(undefined)), /^scoreFiles: right: takes .*, not undefined\.$/u],
    ['scoreFigures', () => scoreFigures(bad(null)), /^scoreFigures: tally: takes what scoreFiles\(\) gives, not null\.$/u],
    ['similarityRatio', () => similarityRatio('a', bad(['a'])), /^similarityRatio: right: takes a string, not a list\.$/u],
    ['unifiedDiff, two texts', () => unifiedDiff(bad('a')), /^unifiedDiff: takes an object with before, after/u],
    ['unifiedDiff, no names', () => unifiedDiff(bad({ before: '', after: 'x' })), /^unifiedDiff: beforeName: is missing, and takes a string\.$/u],
    ['loadCompletionEngine', () => loadCompletionEngine(bad({ network: null })), /^loadCompletionEngine: network: there is no such option/u],
    ['Completer, no engine', () => new Completer(bad(undefined)), /^Completer: model: takes what loadCompletionEngine\(\) gives, not undefined\.$/u],
    ['Completer, a list as project', () => new Completer(engine, bad({ project: [] })), /^Completer: project: takes what new ProjectContext\(\) gives or null, not a list\.$/u],
    ['ProjectContext, a text without a path', () => new ProjectContext(engine, bad([{ text: 'x' }])), /^ProjectContext: texts: path: takes a string, not undefined\.$/u],
    ['ProjectContext, texts without paths', () => new ProjectContext(engine, bad(['x'])), /^ProjectContext: texts: takes a list of objects with the strings path and text, not a list\.$/u],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(BadOptionError);
    expect(call).toThrow(message);
  });

  test('in promises too', async () => {
    await expect(createFormatter(bad('model.bin'))).rejects.toThrow(/^createFormatter: takes an object with modelPath, confidence, profilePath, not "model\.bin"\.$/u);
    await expect(createFormatter({ confidence: 2 })).rejects.toThrow(/^createFormatter: confidence: takes a number from 0 to 1, not 2\.$/u);
    await expect(createFormatter(bad({ model: 'x' }))).rejects.toThrow(BadOptionError);
    const completer = new Completer(engine);
    await expect(completer.complete(bad('x'))).rejects.toThrow(/^complete: takes an object with text,/u);
    await expect(completer.complete(bad({ text: 'x' }))).rejects.toThrow(/^complete: offset: is missing, and takes a number\b/u);
    await expect(completer.complete({ text: 'x', offset: 1, count: 0 })).rejects.toThrow(/^complete: count: takes a whole number of at least 1, not 0\.$/u);
  });
});
