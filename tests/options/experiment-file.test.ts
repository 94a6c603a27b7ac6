import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { completionConfig } from '../../src/cli/train-completion-command.js';
import { experimentTasks, experimentText, readExperiment } from '../../src/options/experiment-file.js';
import { optionTables, resolveOptions } from '../../src/options/index.js';
import { PRESETS, PRESET_NAMES } from '../../src/train/completion/presets.js';
import { folderWith } from '../support/folder-with.js';

const examples = fileURLToPath(new URL('../../examples/experiments/', import.meta.url));

/** Files, and the message with which the first of them is refused. */
function refusalOf(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  try {
    readExperiment(join(folder, Object.keys(files)[0]!));
  } catch (fault) {
    return (fault as Error).message.replaceAll(folder, '…');
  }
  return 'nothing';
}

describe('the file of an experiment', () => {
  test('says options by the names of their flags, and goes over what it extends', () => {
    const folder = folderWith({
      'a.toml': 'extends = ["base/common.json", "base/rates.toml"]\nunits = 64\nout = "runs/a"\n',
      'base/common.json': '{ // shared\n "task": "complete", "units": 32, "layers": 2, "init": "m.bin", "corpora": ["../c", "/d"], }',
      'base/rates.toml': 'learning-rate = 0.01\nlayers = 3\nexclude-corpus = "x,../y"\n',
    });
    const { task, values, corpora } = readExperiment(join(folder, 'a.toml'));
    expect(task).toBe('train --task complete');
    expect(values).toEqual({
      units: 64, layers: 3, learningRate: 0.01, init: join(folder, 'base/m.bin'), out: join(folder, 'runs/a'),
      excludeCorpus: `${join(folder, 'base/x')},${join(folder, 'y')}`,
    });
    expect(corpora).toEqual([join(folder, 'c'), '/d']);
  });

  test('null takes back what is extended', () => {
    const folder = folderWith({ 'a.json': '{"extends": "b.toml", "units": null}', 'b.toml': 'task = "complete"\nunits = 8\n' });
    expect(readExperiment(join(folder, 'a.json')).values).toEqual({});
  });

  test('two files may extend one, and one of another folder by another path', () => {
    const folder = folderWith({
      'a.toml': 'extends = ["b.toml", "sub/c.toml"]\n', 'b.toml': 'extends = "d.toml"\n', 'sub/c.toml': 'extends = "../d.toml"\n',
      'd.toml': 'task = "base"\nbatch = 4\n',
    });
    expect(readExperiment(join(folder, 'a.toml'))).toMatchObject({ task: 'train --base', values: { batch: 4 } });
  });

  test('each fault is told with its place', () => {
    expect(refusalOf({ 'a.toml': 'task = "complete"\n\nlayer = 2\n' })).toContain(
      '…/a.toml:3:1: layer: there is no such key for the task complete. Did you mean layers?');
    expect(refusalOf({ 'a.json': '{\n  "task": "complete",\n  "learningrate": 1\n}' })).toMatch(/a\.json:3:3: learningrate: .*mean learning-rate\?/u);
    expect(refusalOf({ 'a.toml': 'task = "complete"\nbatch = 3\n' })).toContain('a.toml:2:1: batch: there is no such key for the task complete');
    expect(refusalOf({ 'a.toml': 'task = "complte"\n' })).toContain('Did you mean complete?');
    expect(refusalOf({ 'a.toml': 'units = 8\n' })).toContain('says no task');
    expect(refusalOf({ 'a.toml': 'task = "complete"\nunits = "8"\n' })).toContain('a.toml:2:1: units: takes a whole number, not "8"');
    expect(refusalOf({ 'a.toml': 'task = "complete"\nunits = 4\n' })).toContain('a.toml:2:1: units: takes a whole number from 8');
    expect(refusalOf({ 'a.toml': 'task = "complete"\nresume = true\n' })).toContain('resume: belongs to one call');
    expect(refusalOf({ 'a.toml': 'task = "complete"\ncorpora = 3\n' })).toContain('corpora: takes a path or a list of paths');
    expect(refusalOf({ 'a.toml': 'task = "complete"\nunits = = 3\n' })).toMatch(/a\.toml:2:\d+: /u);
    expect(refusalOf({ 'a.json': '{"task": "complete"\n "units": 3}' })).toContain('a.json:2:2: no JSON (CommaExpected)');
    expect(refusalOf({ 'a.json': '[]' })).toContain('has to be a JSON object');
    expect(refusalOf({ 'a.toml': 'extends = "no.toml"\n' })).toMatch(/a\.toml:1:1: extends: names .*no\.toml: there is no such file/u);
    // The fault is that of the file in which it stands.
    expect(refusalOf({ 'a.toml': 'extends = "b.toml"\n', 'b.toml': 'task = "complete"\nunit = 3\n' })).toContain('b.toml:2:1: unit: takes');
  });

  test('a circle is told with all that is in it', () => {
    const message = refusalOf({ 'a.toml': 'extends = "b.toml"\n', 'b.toml': 'x = 1\nextends = "c.json"\n', 'c.json': '{"extends": "b.toml"}' });
    expect(message).toMatch(/c\.json:1:2: extends: goes round in a circle: .*b\.toml -> .*c\.json -> .*b\.toml/u);
    expect(message).not.toContain('a.toml');
    expect(refusalOf({ 'a.toml': 'extends = "a.toml"\n' })).toContain('goes round in a circle');
  });

  test('what a run writes down is read as the same options, wherever the folder is moved with its corpora', () => {
    const folder = folderWith({});
    const options = resolveOptions(optionTables['train --task complete'], {
      units: 16, init: join(folder, 'm.bin'), out: join(folder, 'runs/x'), normalisedCorpus: `${join(folder, 'a')},${join(folder, 'b')}`,
    });
    const text = experimentText({
      task: 'train --task complete', options, corpora: [join(folder, 'corpus')], folder: join(folder, 'run'), record: { seed: 1 },
    });
    expect(text).not.toContain(folder);
    const moved = folderWith({ 'run/experiment.json': text });
    const { task, values, corpora } = readExperiment(join(moved, 'run/experiment.json'));
    expect(task).toBe('train --task complete');
    expect(corpora).toEqual([join(moved, 'corpus')]);
    expect({ ...resolveOptions(optionTables[task], values) }).toEqual({
      ...options, init: join(moved, 'm.bin'), out: join(moved, 'runs/x'), normalisedCorpus: `${join(moved, 'a')},${join(moved, 'b')}`,
    });
  });
});

describe('the examples', () => {
  test.each(readdirSync(examples))('%s is an experiment', (name) => {
    expect([...experimentTasks.values()]).toContain(readExperiment(join(examples, name)).task);
  });

  test.each(PRESET_NAMES)('%s is the preset of that name', (name) => {
    const { values } = readExperiment(join(examples, `${name}.toml`));
    const options = { ...resolveOptions(optionTables['train --task complete'], { ...values, preset: name === 'nnfmt' ? 'exploring-rnns' : 'nnfmt' }) };
    const config = completionConfig(options);
    expect(config).toEqual(PRESETS[name]);
  });

  test('an example copied elsewhere with what it extends still works', () => {
    const folder = folderWith({ 'seed.toml': 'task = "complete"\nunit = "char"\n' });
    writeFileSync(join(folder, 'mine.toml'), 'extends = "seed.toml"\nunits = 24\n');
    expect(readExperiment(join(folder, 'mine.toml')).values).toEqual({ unit: 'char', units: 24 });
  });

  test('a name that tells no form, and a key that is said twice, are refused', () => {
    const folder = folderWith({ 'x.txt': 'task = "base"\n', 'x.json': '{"task": "base",\n  "seed": 1, "seed": 2}\n' });
    expect(() => readExperiment(join(folder, 'x.txt'))).toThrow(/x\.txt.*ends in \.toml or \.json/u);
    expect(() => readExperiment(join(folder, 'x.json'))).toThrow(/x\.json:2:14: seed.*said twice/u);
  });
});
