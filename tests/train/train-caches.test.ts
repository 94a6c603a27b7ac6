import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { decodeCaches, type CompletionCaches } from '../../src/complete/caches-file.js';
import { UNCALIBRATED } from '../../src/complete/confidence.js';
import { Completer, loadCompletionEngine } from '../../src/complete/index.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { layoutFixtures } from '../mutate/support/layout-fixtures.js';
import { folderWith } from '../support/folder-with.js';
import { makeShards } from './support/make-shards.js';

// What is in three projects at least is counted.
const shared = 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef main():\n    logger.info("begin")\n';
const folder = folderWith(Object.fromEntries(layoutFixtures().slice(0, 7).flatMap(({ name, text }, k) => [
  [`corpus/p${k}/${basename(name)}`, text], [`corpus/p${k}/main.py`, `${shared}    run_${k}(${k})\n`],
])));
const train = (out: string, ...args: string[]): ReturnType<typeof runInProcess> => runInProcess([
  'train', '--task', 'caches', join(folder, 'corpus'), '--out', join(folder, out), '--hold-out', '0.4', '--sketch-bits', '16',
  '--epochs', '1', '--suggestions', '20', ...args,
]);
const cachesOf = (out: string): CompletionCaches => {
  const path = join(folder, out, 'caches.bin');
  return decodeCaches(readFileSync(path), path);
};

beforeAll(async () => {
  const { code, stderr } = await train('whole', '--no-network');
  expect(code, stderr).toBe(0);
});

test('counts, fits a gate and a confidence, and what comes of it completes', async () => {
  const { corpus, calibration, training, pieces } = cachesOf('whole');
  expect(pieces.merges.length).toBeGreaterThan(0);
  expect(corpus.contexts.length).toBeGreaterThan(0);
  expect(calibration).not.toEqual(UNCALIBRATED);
  expect(training).toMatchObject({ seed: 1, piecesPerProject: 500_000 });
  const engine = loadCompletionEngine({ cachesPath: join(folder, 'whole', 'caches.bin'), networkPath: null });
  const text = 'import logging\n\nlogger = logging.';
  const suggestions = await new Completer(engine).complete({ text, offset: text.length });
  expect(suggestions.map((suggestion) => suggestion.text).join('\n')).toContain('getLogger(__name__)');
});

test('takes n-grams, or the gate as well, from earlier caches', async () => {
  const earlier = join(folder, 'whole', 'caches.bin');
  const whole = cachesOf('whole');
  expect(await train('counted', '--no-network', '--counted', earlier, '--epochs', '2')).toMatchObject({ code: 0 });
  const counted = cachesOf('counted');
  expect(counted.corpus).toEqual(whole.corpus);
  expect(counted.gate).not.toEqual(whole.gate);
  expect(await train('gated', '--no-network', '--gated', earlier)).toMatchObject({ code: 0 });
  expect(cachesOf('gated')).toEqual(whole);
});

test.each([
  [['--counted', 'a', '--gated', 'b'], '--counted: is told by --gated'],
  [['--no-network', '--hold-out', '0'], '--hold-out: leaves no project'],
  [['--counted', 'missing.bin'], 'missing.bin'],
  [['--backend', 'cpu'], '--backend: is of no use with --task caches'],
])('%j is refused in one line', async (args, words) => {
  const { code, stderr } = await train('refused', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test('takes data sets and shards in place of folders', async () => {
  const env = { NNFMT_CACHE_DIR: join(folder, 'cache') };
  const files = readdirSync(join(folder, 'corpus')).flatMap((project) => readdirSync(join(folder, 'corpus', project)).map((path) => (
    { project, path, text: readFileSync(join(folder, 'corpus', project, path), 'utf8') })));
  const shards = await makeShards(files, 2);
  writeFileSync(join(folder, 'rows.jsonl'), files.map(({ project: repo, path, text: code }) => JSON.stringify({ repo, path, code })).join('\n'));
  for (const [corpus, out] of [[shards, 'of-shards'], [join(folder, 'rows.jsonl'), 'of-rows']] as const) {
    const run = await runInProcess([
      'train', '--task', 'caches', corpus, '--out', join(folder, out), '--hold-out', '0.4', '--sketch-bits', '16',
      '--epochs', '1', '--suggestions', '20', '--no-network', '-q',
    ], { env });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(cachesOf(out).training['projects']).toBeGreaterThan(0);
    expect(cachesOf(out).pieces.merges.length).toBeGreaterThan(0);
  }
});
