import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { BadOptionError } from '../errors.js';
import { listProjects, type Project } from '../corpus/index.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { LABELS } from '../model/labels.js';
import type { OptionsFor } from '../options.js';
import { createProgress } from '../shared/progress.js';
import { createTokenizer } from '../tokenize/index.js';
import { DEFAULT_GAP_BATCHES, GapBatches } from '../train/gap-batches.js';
import { DEFAULT_TRAINING, runTraining } from '../train/train-run.js';
import { EXIT_FINE, EXIT_INTERRUPTED, type CliContext } from './context.js';

/** Gaps of held-out projects that the validation loss is measured on, at most. */
const VALIDATION_FILES_PER_PROJECT = 3;

/** `nnfmt train --base CORPORA…`: learns layout from the projects in some folders. */
export async function runTrain(
  roots: readonly string[],
  options: OptionsFor<'train'>,
  context: CliContext,
): Promise<number> {
  const note = (line: string): void => {
    if (!options.quiet) context.stderr.write(`${line}\n`);
  };
  if (roots.length === 0) {
    throw new BadOptionError({ option: '--base', reason: 'needs corpora: folders whose folders are projects' });
  }
  note('reading the corpora');
  const exclude = options.excludeCorpus === null ? [] : options.excludeCorpus.split(',').filter((path) => path !== '');
  const projects = listProjects(roots, { exclude });
  const { training, heldOut } = splitProjects(projects, options.holdOut);
  if (training.length === 0) {
    throw new BadOptionError({
      option: 'CORPORA', reason: `no project with Python files in ${roots.join(', ')}: each folder in a corpus is one project`,
    });
  }
  const count = (list: readonly Project[]): number => list.reduce((sum, project) => sum + project.files.length, 0);
  note(`${training.length} projects with ${count(training)} files to learn from, ${heldOut.length} with ${count(heldOut)} held out`);

  const tokenizer = await createTokenizer();
  const batches = { ...DEFAULT_GAP_BATCHES, batchSize: options.batch, filesPerProject: options.filesPerProject, seed: options.seed };
  const [hidden1, hidden2] = options.hiddenSizes;
  if (options.hiddenSizes.length !== 2) {
    throw new BadOptionError({ option: '--hidden-sizes', reason: 'takes two widths' });
  }
  const outcome = await runTraining({
    folder: options.out,
    config: {
      ...DEFAULT_TRAINING,
      backend: options.backend,
      sizes: { backbone: options.backboneSize, hidden1, hidden2 },
      schedule: { ...DEFAULT_TRAINING.schedule, learningRate: options.learningRate },
      plannedMinutes: options.minutes,
      plannedGaps: options.gaps ?? (options.minutes === null ? 20_000_000 : null),
      patience: options.patience,
      evaluateEveryGaps: 4_000_000,
    },
    seed: options.seed,
    shape: FEATURE_SHAPE,
    labelNames: LABELS,
    vocabularyDigest: FEATURE_DIGEST,
    corpusDigest: digestOf(projects),
    codeRevision: codeRevision(),
    source: new GapBatches(tokenizer, training, batches),
    ...(heldOut.length === 0
      ? {}
      : {
          validation: new GapBatches(tokenizer, heldOut, {
            ...batches, seed: `validation-${options.seed}`, filesPerProject: VALIDATION_FILES_PER_PROJECT,
          }),
        }),
    maxBatch: options.batch,
    resume: options.resume,
    progress: createProgress({ target: context.stderr, quiet: options.quiet, now: context.now }),
    now: context.now,
    signal: context.interruption(),
  });
  note(`${outcome.end === 'interrupted' ? 'interrupted; continue with --resume' : 'done'}: ${outcome.modelPath}`);
  return outcome.end === 'interrupted' ? EXIT_INTERRUPTED : EXIT_FINE;
}

/** Puts whole projects aside, by a hash of their names, so that the split survives new projects. */
export function splitProjects(
  projects: readonly Project[],
  share: number,
): { training: Project[]; heldOut: Project[] } {
  const training: Project[] = [];
  const heldOut: Project[] = [];
  for (const project of projects) {
    const hash = createHash('sha256').update(project.name).digest().readUInt32BE(0) / 2 ** 32;
    (hash < share ? heldOut : training).push(project);
  }
  return { training, heldOut };
}

/** Names and files of the corpus, without where it lies. */
function digestOf(projects: readonly Project[]): string {
  const hash = createHash('sha256');
  for (const { name, files } of projects) hash.update(`${name} ${files.length}\n`);
  return hash.digest('hex').slice(0, 16);
}

function codeRevision(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: resolve('.'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
