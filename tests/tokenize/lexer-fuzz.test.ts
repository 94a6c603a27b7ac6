import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { hasPython, startOracle, type CpythonOracle } from '../oracle/cpython-oracle.js';
import { fuzzLayout, type FuzzReport } from '../oracle/lexer-fuzz.js';
import { collectTouchingPairs } from '../oracle/separator-pairs.js';
import { withUnknownLines } from '../oracle/unknown-lines.js';

const python = hasPython();
if (!python) console.warn('skipped: no python3 on this machine to compare the layout lexer with');

const fixtures = ['statements.py', 'expressions.py'].map((name) => read(join('fixtures/layout', name)));
const standardLibrary = python ? standardLibrarySources(60) : [];

describe.skipIf(!python)('the layout lexer against CPython (needs python3)', () => {
  let tokenizer: Tokenizer;
  let oracle: CpythonOracle;
  beforeAll(async () => {
    tokenizer = await createTokenizer();
    oracle = startOracle();
  });
  afterAll(() => oracle.close());

  const fuzz = (edits: number): Promise<FuzzReport> =>
    fuzzLayout([...fixtures, ...fixtures, ...standardLibrary], {
      tokenizer, oracle, options: { count: 2000, seed: 1, edits, mutantsPerSnippet: 25 },
    });

  it('accepts no mutant that CPython reads differently, and refuses few that it reads the same', async () => {
    const report = await fuzz(1);
    expect(report.mutants).toBeGreaterThan(500);
    expect(report.falseAcceptances).toEqual([]);
    expect(Object.fromEntries(report.refusedOriginals)).toEqual({});
    const refused = [...report.falseRefusals.values()].reduce((a, b) => a + b, 0);
    expect(refused / report.verdicts.same).toBeLessThan(0.02);
  });

  it('accepts no wrong mutant where many lines are not understood', async () => {
    const known = tokenizer;
    tokenizer = withUnknownLines(known, 0.3);
    const report = await fuzz(1);
    tokenizer = known;
    expect(report.accepted).toBeGreaterThan(300);
    expect(report.falseAcceptances).toEqual([]);
    expect(Object.fromEntries(report.refusedOriginals)).toEqual({});
  });

  it('accepts no wrong mutant of several gaps either', async () => {
    expect((await fuzz(4)).falseAcceptances).toEqual([]);
  });

  it('lets no two tokens touch that CPython would merge', async () => {
    const shapes = new Map<string, [string, string][]>();
    for (const text of [...fixtures, ...standardLibrary]) collectTouchingPairs(tokenizer.tokenize(text), shapes);
    expect(await oracle.mergedPairs([...shapes.values()].flat())).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Small modules of the interpreter's own library; none where it comes without sources. */
function standardLibrarySources(count: number): string[] {
  const folder = execFileSync('python3', ['-c', 'import os; print(os.path.dirname(os.__file__))'], { encoding: 'utf8' }).trim();
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.py')).sort()
    .map((name) => read(join(folder, name)))
    .filter((text) => text.length < 30_000)
    .slice(0, count);
}
