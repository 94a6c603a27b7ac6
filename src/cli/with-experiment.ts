import { BadOptionError } from '../errors.js';
import { readExperiment } from '../options/experiment-file.js';
import type { Given, TaskRow } from './task-row.js';

/**
 * The command line with what the file of `--config` says: options that are said go over the file's, and paths that are
 * given over its corpora.
 *
 * @throws BadOptionError for a file that cannot be used, or one of another task than the flags ask for
 */
export function withExperiment(path: string, tasks: readonly TaskRow[], { args, raw }: Given): Given {
  const { task, values, corpora } = readExperiment(path);
  const { flags } = tasks.find((row) => row.task === task)!;
  const [flag, value = true] = flags.split(' ');
  const asked = flag.slice(2);
  if ((raw['base'] === true && asked !== 'base') || (raw['task'] !== undefined && raw['task'] !== value)) {
    const said = raw['base'] === true ? '--base' : `--task ${String(raw['task'])}`;
    throw new BadOptionError({ option: said, reason: `does not go with ${path}, which is about ${flags}` });
  }
  return { args: args.length > 0 ? args : (corpora ?? []), raw: { ...values, ...raw, [asked]: value } };
}
