import { beforeAll, describe, expect, test } from 'vitest';
import {
  BadOptionError, check, createCompleter, createFormatter, format, learnProfile, mutate, resolveConfig, score, similarityRatio,
  unifiedDiff, type Completer, type Formatter,
} from '../../src/index.js';

let formatter: Formatter;
let completer: Completer;

beforeAll(async () => {
  formatter = await createFormatter({ profilePath: null });
  completer = await createCompleter({ networkPath: null });
});

/** What a program without types may hand over. */
const bad = (value: unknown): never => value as never;

test('a source is formatted without options', () => {
  expect(formatter.format('x=1\n').text).toBe(formatter.format('x=1\n', { path: 'a.py' }).text);
  expect(() => formatter.format('f(')).toThrow(/^<source>:1:/u);
});

describe('a wrong argument is told in a sentence', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['format, bytes', () => formatter.format(bad(Buffer.from('x'))), /^format: text: takes a string, not bytes \(decode them first\)\.$/u],
    ['format, nothing', () => formatter.format(bad(undefined)), /^format: text: takes a string, not undefined\.$/u],
    ['format, a path for options', () => formatter.format('x\n', bad('a.py')), /^format: takes an object with path, lines, seams, restyle, deviations, not "a\.py"\.$/u],
    ['format, null for options', () => formatter.format('x\n', bad(null)), /^format: takes an object with .*, not null\.$/u],
    ['format, a number for a path', () => formatter.format('x\n', bad({ path: 3 })), /^format: path: takes a string, not 3\.$/u],
    ['format, a mistyped option', () => formatter.format('x\n', bad({ pth: 'a.py' })), /^format: pth: there is no such option; .* Did you mean path\?$/u],
    ['format, lines from 0', () => formatter.format('x\n', { lines: [{ first: 0, last: 2 }] }), /^format: lines: takes a list of objects with first and last/u],
    ['check, a promise', () => formatter.check(bad(Promise.resolve('x'))), /^check: text: takes a string, not a promise \(await it first\)\.$/u],
    ['check, deviations', () => formatter.check('x\n', bad({ deviations: true })), /^check: deviations: there is no such option; there are path, lines\b/u],
    ['similarityRatio', () => similarityRatio('a', bad(['a'])), /^similarityRatio: right: takes a string, not a list\.$/u],
    ['unifiedDiff, two texts', () => unifiedDiff(bad('a')), /^unifiedDiff: takes an object with before, after/u],
    ['unifiedDiff, no names', () => unifiedDiff(bad({ before: '', after: 'x' })), /^unifiedDiff: beforeName: is missing, and takes a string\.$/u],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(BadOptionError);
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['format, bytes', () => format(bad(Buffer.from('x'))), /^format: text: takes a string, not bytes \(decode them first\)\.$/u],
    ['format, deviations', () => format('x\n', bad({ deviations: true })), /^format: deviations: there is no such option; there are modelPath, confidence, profilePath, restyle, editorconfig, path, lines\b/u],
    ['check, a confidence above 1', () => check('x\n', { confidence: 2 }), /^check: confidence: takes a number from 0 to 1, not 2\.$/u],
    ['createFormatter, a path', () => createFormatter(bad('model.bin')), /^createFormatter: takes an object with modelPath, confidence, profilePath, restyle, editorconfig, not "model\.bin"\.$/u],
    ['createFormatter, a confidence above 1', () => createFormatter({ confidence: 2 }), /^createFormatter: confidence: takes a number from 0 to 1, not 2\.$/u],
    ['createFormatter, an option of its own', () => createFormatter(bad({ model: 'x' })), /^createFormatter: model: there is no such option/u],
    ['mutate, no options', () => mutate('x\n', bad(undefined)), /^mutate: takes an object with rate, seed, path, not undefined\.$/u],
    ['mutate, no seed', () => mutate('x\n', bad({ rate: 1 })), /^mutate: seed: is missing, and takes a number or a string\.$/u],
    ['mutate, a rate above 1', () => mutate('x\n', { rate: 2, seed: 1 }), /^mutate: rate: takes a number from 0 to 1, not 2\.$/u],
    ['score, one source', () => score('x\n', bad(undefined)), /^score: right: takes a string, not undefined\.$/u],
    ['score, paths', () => score('x\n', 'x\n', bad({ path: 'a.py' })), /^score: path: there is no such option; there are leftPath, rightPath\b/u],
    ['resolveConfig', () => resolveConfig(bad({})), /^resolveConfig: path: takes a string, not an object\.$/u],
    ['learnProfile, a path', () => learnProfile(bad('src')), /^learnProfile: paths: takes a list of paths, not "src"\.$/u],
    ['learnProfile, no function', () => learnProfile(['src'], bad({ onProgress: 1 })), /^learnProfile: onProgress: takes a function, not 1\.$/u],
    ['createCompleter, an option of its own', () => createCompleter(bad({ network: null })), /^createCompleter: network: there is no such option/u],
    ['createCompleter, texts without paths', () => createCompleter(bad({ project: ['x'] })), /^createCompleter: project: takes a list of objects with the strings path and text, not a list\.$/u],
    ['createCompleter, a path without a text', () => createCompleter(bad({ networkPath: null, project: [{ path: 'x', text: 3 }] })), /^createCompleter: project: text: takes a string, not 3\.$/u],
    ['complete, a text', () => completer.complete(bad('x')), /^complete: takes an object with text,/u],
    ['complete, no offset', () => completer.complete(bad({ text: 'x' })), /^complete: offset: is missing, and takes a number\b/u],
    ['complete, no suggestions', () => completer.complete({ text: 'x', offset: 1, count: 0 }), /^complete: count: takes a whole number of at least 1, not 0\.$/u],
  ])('in promises too: %s', async (_, call, message) => {
    const fault: unknown = await call().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(BadOptionError);
    expect((fault as Error).message).toMatch(message);
  });
});
