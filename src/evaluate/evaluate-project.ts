import type { FormatPolicy } from '../format/index.js';
import { NnfmtError } from '../errors.js';
import type { Tokenizer } from '../tokenize/index.js';
import {
  evaluateRestoration, mergeRestorations, restorationFigures, type RestorationFigures, type RestorationTally,
} from './evaluate-format.js';
import { mergeHalfEdits } from './half-edits.js';

/** Figures of one project at one rate. */
export interface ProjectFigures {
  readonly project: string;
  readonly rate: number;
  readonly figures: RestorationFigures;
}

/** A file of a project. */
export interface EvaluatedFile {
  /** From the project down, with slashes: mutants are seeded by it. */
  readonly path: string;
  /** @throws NnfmtError for a file that cannot be read */
  readonly text: () => string;
}

/** What was measured on projects, as `nnfmt eval --json` tells it. */
export interface EvaluationReport {
  readonly projects: readonly ProjectFigures[];
  readonly mean: readonly ({ readonly rate: number } & MeanFigures)[];
  /** Files that were left out, and why, a line each. */
  readonly refused: readonly string[];
}

/**
 * Spoils and restores the files of a project at each rate.
 *
 * @param job.onFile told how many files are done before each
 * @param job.guard does the work on one file at one rate, within what that may take
 * @returns figures of each rate at which some file could be measured, and why others were left out
 */
export function evaluateProject(job: {
  readonly tokenizer: Tokenizer;
  readonly policy: FormatPolicy;
  readonly project: string;
  readonly files: readonly EvaluatedFile[];
  readonly rates: readonly number[];
  readonly seed: number | string;
  readonly onFile?: (done: number) => void;
  readonly guard?: <T>(path: string, work: () => T) => T;
}): { readonly rows: ProjectFigures[]; readonly refused: string[] } {
  const { tokenizer, policy, project, files, rates, seed, guard = (_, work) => work() } = job;
  const tallies = new Map<number, RestorationTally[]>(rates.map((rate) => [rate, []]));
  const refused: string[] = [];
  files.forEach((file, done) => {
    job.onFile?.(done);
    const path = `/${file.path}`;
    try {
      const text = file.text();
      for (const rate of rates) {
        tallies.get(rate)!.push(guard(path, () => evaluateRestoration({ tokenizer, policy, text, path, rate, seed })));
      }
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
      refused.push(fault.message.split('\n')[0]);
    }
  });
  const rows = rates.flatMap((rate) => {
    const list = tallies.get(rate)!;
    return list.length === 0 ? [] : [{ project, rate, figures: restorationFigures(mergeRestorations(list)) }];
  });
  return { rows, refused };
}

/** All rows, and at each rate their mean over projects. */
export function evaluationReport(
  rows: readonly ProjectFigures[], rates: readonly number[], refused: readonly string[],
): EvaluationReport {
  const mean = rates.flatMap((rate) => {
    const own = rows.filter((row) => row.rate === rate);
    return own.length === 0 ? [] : [{ rate, ...meanOf(own) }];
  });
  return { projects: rows, mean, refused };
}

export type MeanFigures = Omit<RestorationFigures, 'classes'> & {
  readonly classes: Readonly<Record<string, number | null>>;
};

/** Mean over projects, which all weigh alike; counts are summed. */
function meanOf(rows: readonly ProjectFigures[]): MeanFigures {
  const mean = (of: (figures: RestorationFigures) => number): number =>
    rows.reduce((sum, { figures }) => sum + of(figures), 0) / rows.length;
  const total = (of: (figures: RestorationFigures) => number): number =>
    rows.reduce((sum, { figures }) => sum + of(figures), 0);
  const classes: Record<string, number | null> = {};
  for (const name of Object.keys(rows[0].figures.classes) as (keyof RestorationFigures['classes'])[]) {
    const known = rows.map(({ figures }) => figures.classes[name].exact).filter((exact) => exact !== null);
    classes[name] = known.length === 0 ? null : known.reduce((sum, exact) => sum + exact, 0) / known.length;
  }
  return {
    files: total((figures) => figures.files),
    untouched: mean((figures) => figures.untouched),
    inputExact: mean((figures) => figures.inputExact),
    inputScore: mean((figures) => figures.inputScore),
    exact: mean((figures) => figures.exact),
    score: mean((figures) => figures.score),
    changed: mean((figures) => figures.changed),
    editPrecision: mean((figures) => figures.editPrecision),
    reverted: total((figures) => figures.reverted),
    halfEdits: mergeHalfEdits(rows.map(({ figures }) => figures.halfEdits)),
    classes,
  };
}
