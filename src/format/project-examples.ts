import { NnfmtError } from '../errors.js';
import { NOT_COUNTED } from '../model/count-outcomes.js';
import { allContextRows } from '../model/context-rows.js';
import { rowOf } from '../model/count-contexts.js';
import { outcomeAt } from '../model/count-layout.js';
import { observeLayout } from '../model/observed-layout.js';
import { indexLines } from '../shared/positions.js';
import type { Tokenizer } from '../tokenize/index.js';
import type { ExamplePlace, ExampleSource } from './explanation.js';
import { readProgram } from './read-program.js';
import { ASKED_FAMILIES } from './gap-habits.js';

export type { ExamplePlace, ExampleSource } from './explanation.js';

/** Finds gaps that stand in the same context. Nothing but explanations may depend on it. */
export interface ProjectExamples {
  /** Places with this outcome, the nearest file first, one a file. */
  of(family: number, row: number, outcome: number): readonly ExamplePlace[];
}

/** Places named. */
const MOST_PLACES = 3;

/**
 * Reads the given sources, in the given order, when the first example is asked for.
 *
 * @param sources nearest first
 */
export function createProjectExamples(tokenizer: Tokenizer, sources: readonly ExampleSource[]): ProjectExamples {
  let index: Map<string, ExamplePlace[]> | undefined;
  return {
    of: (family, row, outcome) => {
      index ??= indexSources(tokenizer, sources);
      return index.get(keyOf(family, row, outcome)) ?? [];
    },
  };
}

const keyOf = (family: number, row: number, outcome: number): string => `${family} ${row} ${outcome}`;

function indexSources(tokenizer: Tokenizer, sources: readonly ExampleSource[]): Map<string, ExamplePlace[]> {
  const index = new Map<string, ExamplePlace[]>();
  for (const { path, read } of sources) {
    try {
      indexSource(tokenizer, path, read(), index);
    } catch (fault) {
      if (!(fault instanceof NnfmtError)) throw fault;
    }
  }
  return index;
}

function indexSource(tokenizer: Tokenizer, path: string, text: string, index: Map<string, ExamplePlace[]>): void {
  const context = readProgram(tokenizer, text, path);
  const { source, structure } = context.structured;
  const layout = observeLayout(context, source.gaps);
  const rows = allContextRows(context);
  const lines = indexLines(source.text);
  for (let gap = 1; gap < source.tokenCount; gap++) {
    for (const family of ASKED_FAMILIES) {
      const row = rowOf(rows, gap, family);
      const outcome = outcomeAt(layout, family, gap, structure.openBracket[gap]);
      if (row < 0 || outcome === NOT_COUNTED) continue;
      const key = keyOf(family, row, outcome);
      const places = index.get(key);
      if (places === undefined) index.set(key, [{ path, line: lines.lineOf(source.start[gap]) }]);
      else if (places.length < MOST_PLACES && places[places.length - 1].path !== path) {
        places.push({ path, line: lines.lineOf(source.start[gap]) });
      }
    }
  }
}
