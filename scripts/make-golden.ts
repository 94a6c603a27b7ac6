/**
 * Trains the tiny frozen model of the golden pairs, and writes what it makes of each spoilt input:
 *
 *     npm run golden                   after a change of features or layout classes: trains and writes
 *     npm run golden -- --keep-model   after a change of how gaps are decided: writes the outputs alone
 *
 * Read the difference before committing it: each changed line is a changed decision. The model is the
 * same whenever it is trained by one revision; it learns from our own fixtures, in about a minute.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFormatter } from '../src/format/index.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../src/model/features.js';
import { LAYOUT_CLASSES } from '../src/model/layout-classes.js';
import { createProgress } from '../src/shared/progress.js';
import { createTokenizer } from '../src/tokenize/index.js';
import { ProjectFiles } from '../src/train/example-files.js';
import { DEFAULT_GAP_BATCHES, GapBatches } from '../src/train/gap-batches.js';
import { DEFAULT_TRAINING, runTraining } from '../src/train/train-run.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const golden = join(fixtures, 'golden');
const model = join(golden, 'tiny.bin');
const SEED = 1;

if (!process.argv.includes('--keep-model')) await trainTinyModel();
await writeExpected();

async function trainTinyModel(): Promise<void> {
  const projects = ['clean', 'demo', 'layout'].map((name) => ({
    name,
    // The scrambled program is there to be formatted, not to be learned.
    files: readdirSync(join(fixtures, name)).filter((file) => file !== 'scrambled.py').sort().map((file) =>
      join(fixtures, name, file)),
  }));
  const folder = mkdtempSync(join(tmpdir(), 'nnfmt-golden-'));
  const tokenizer = await createTokenizer();
  const options = { ...DEFAULT_GAP_BATCHES, batchSize: 256, poolSize: 8192, seed: SEED };
  const source = new GapBatches(tokenizer, new ProjectFiles(tokenizer, projects, options), options);
  const { modelPath } = await runTraining({
    folder,
    config: {
      ...DEFAULT_TRAINING,
      sizes: { backbone: 8, hidden1: 16, hidden2: 16 },
      optimizer: { ...DEFAULT_TRAINING.optimizer, averageDecay: 0.99 },
      schedule: { learningRate: 0.01, floor: 0.02, warmupExamples: 10_000 },
      plannedExamples: 300_000,
    },
    seed: SEED, shape: FEATURE_SHAPE, labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST,
    corpusDigest: 'fixtures', codeRevision: 'fixtures', source, maxBatch: 256, resume: false,
    progress: createProgress({ target: process.stderr, quiet: false, now: () => performance.now() }),
    now: () => performance.now(),
  });
  copyFileSync(modelPath, model);
  rmSync(folder, { recursive: true });
}

async function writeExpected(): Promise<void> {
  const formatter = await createFormatter({ modelPath: model, profilePath: null });
  for (const name of readdirSync(join(golden, 'spoilt')).sort()) {
    const { text } = formatter.format(readFileSync(join(golden, 'spoilt', name), 'utf8'));
    writeFileSync(join(golden, 'expected', name), text);
  }
}
