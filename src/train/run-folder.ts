import path from 'node:path';
import { BadOptionError } from '../errors.js';
import { isThere } from '../shared/look-at-path.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';
import { makeFolder, writeAtomically } from '../shared/write-atomically.js';

/** The files of one run. Absolute paths. */
export interface RunFolder {
  readonly checkpoint: string;
  readonly model: string;
  readonly metrics: string;
  readonly curve: string;
  /** For TensorBoard. */
  readonly events: string;
  /** What must be the same for the run to be continued. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/**
 * Opens the folder of a run, new or continued, and writes its record, run.json.
 *
 * @param options.fixed keys of the record that must be the same for a run to be continued
 * @throws BadOptionError when the folder holds a run that would be overwritten, or none to
 *   continue, or one with another value under a fixed key
 */
export function openRunFolder(options: {
  folder: string;
  resume: boolean;
  record: Readonly<Record<string, unknown>>;
  fixed: readonly string[];
  /** Text of experiment.json, for the folder that it is written into. */
  experiment?: ((folder: string) => string) | undefined;
}): RunFolder {
  const { folder, resume, record, fixed } = options;
  const at = (name: string): string => path.resolve(folder, name);
  const paths = {
    checkpoint: at('checkpoint.bin'), model: at('model.bin'), metrics: at('metrics.jsonl'), curve: at('curve.svg'),
    events: at('events.out.tfevents.nnfmt'),
    fixed: Object.fromEntries(fixed.map((key) => [key, record[key] ?? null])),
  };
  const recordPath = at('run.json');
  if (!resume) {
    if (isThere(paths.checkpoint)) {
      throw new BadOptionError({
        option: 'out',
        reason: `${folder} already holds a run: continue it with --resume, or choose another folder`,
      });
    }
  } else if (!isThere(paths.checkpoint) || !isThere(recordPath)) {
    throw new BadOptionError({ option: 'resume', reason: `${folder} holds no checkpoint to continue from` });
  } else {
    const before =
      JSON.parse(readRegularText(recordPath, { limitBytes: MAX_SETTINGS_BYTES })) as Record<string, unknown>;
    for (const key of fixed) {
      if (JSON.stringify(before[key]) === JSON.stringify(record[key])) continue;
      throw new BadOptionError({ option: 'resume', reason: `the run in ${folder} has another ${key}` });
    }
  }
  // After every refusal: a run that does not start leaves no folder.
  makeFolder(folder);
  writeAtomically(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  if (options.experiment !== undefined) writeAtomically(at('experiment.json'), options.experiment(folder));
  return paths;
}
