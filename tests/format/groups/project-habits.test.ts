/** What a project's counts say of single gaps, whatever a network makes of them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { forgoRareSpaces, missedLines } from '../../../src/format/groups/project-habits.js';
import { readProgram } from '../../../src/format/read-program.js';
import { countLayout } from '../../../src/model/count-layout.js';
import { COLUMNS, NONE, SPACE } from '../../../src/model/layout-classes.js';
import { observeLayout } from '../../../src/model/observed-layout.js';
import type { SourceContext } from '../../../src/model/source-context.js';
import { StyleCounts } from '../../../src/model/style-counts.js';
import { createTokenizer, type Tokenizer } from '../../../src/tokenize/index.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await createTokenizer();
});

function countsOf(text: string): StyleCounts {
  const context = readProgram(tokenizer, text, 'project.py');
  const counts = new StyleCounts();
  countLayout(context, observeLayout(context, context.structured.source.gaps), counts);
  return counts;
}

const read = (text: string): SourceContext => readProgram(tokenizer, text, 'a.py');

describe('Spaces that a project never has', () => {
  /** Chances of none and one space before `len(b)`, of which the network favours the space. */
  function chances(project: string): number[] {
    const context = read('a[:len(b)]\n');
    const probabilities = new Float32Array((context.structured.source.tokenCount + 1) * COLUMNS);
    const at = 3 * COLUMNS;
    probabilities[at + NONE] = 0.2;
    probabilities[at + SPACE] = 0.7;
    forgoRareSpaces(context, countsOf(project), [3], probabilities);
    return [NONE, SPACE].map((index) => probabilities[at + index]!);
  }

  test('lose their chance to those that it has', () => {
    const [none, space] = chances('x[:y]\n'.repeat(20)) as [number, number];
    expect(none).toBeGreaterThan(10 * space);
    expect(none + space).toBeCloseTo(0.9);
  });

  test('keep it where the project has them at times, or says too little', () => {
    for (const project of ['x[:y]\n'.repeat(20) + 'x[: y]\n', 'x[:y]\n'.repeat(5)]) {
      const [none, space] = chances(project) as [number, number];
      expect([none, space].map((chance) => chance.toFixed(2))).toEqual(['0.20', '0.70']);
    }
  });
});

describe('Lines that a source never leaves blank as its project does', () => {
  const PROJECT = '"""About."""\n\nimport a\n';
  /** The gaps before `import`, with the number of lines that the project breaks there. */
  function missed(project: string, text: string): [number, number][] {
    const context = read(text);
    const { gaps, kind } = context.structured.source;
    const { lineBreaks } = observeLayout(context, gaps);
    return [...missedLines(context, countsOf(project), [...kind.keys()].slice(1), lineBreaks)];
  }

  test('are found where nearly all of its files agree', () => {
    const project = PROJECT.repeat(8);
    expect(missed(project, '"""Other."""\nimport b\n')).toEqual([[1, 2]]);
    expect(missed(project, '"""Other."""\n\nimport b\n')).toEqual([]);
    expect(missed(project + '"""About."""\nimport a\n'.repeat(4), '"""Other."""\nimport b\n')).toEqual([]);
  });

  test('are not where one place of the source has them', () => {
    expect(missed(PROJECT.repeat(8), '"""Other."""\nimport b\n"""Other."""\n\nimport b\n')).toEqual([]);
  });
});
