import { fc } from '../support/properties.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { SyntaxRefusedError } from '../../src/errors.js';
import { formatSource, loadBaseModel, type FormatPolicy } from '../../src/format/index.js';
import { createTokenizer, type Tokenizer } from '../../src/tokenize/index.js';
import { prefer, randomPolicy } from '../format/support/fake-policies.js';

let tokenizer: Tokenizer;
let shipping: FormatPolicy;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  shipping = loadBaseModel().policy;
});

/**
 * What each comment that speaks to a tool covers, without blanks: the rest of its physical line, the logical line
 * that it belongs to, and, where it stands alone, the line below.
 */
function covered(program: string): Map<string, string[]> {
  const lines = program.split('\n');
  const ends: boolean[] = [];
  let depth = 0;
  for (const line of lines) {
    const code = line.replace(/#.*/u, '');
    depth += (code.match(/[([{]/gu)?.length ?? 0) - (code.match(/[)\]}]/gu)?.length ?? 0);
    ends.push(depth === 0 && !(code === line && code.endsWith('\\')));
  }
  const found = new Map<string, string[]>();
  lines.forEach((line, k) => {
    const comment = /# (?:noqa|type|pylint|fmt|future).*/u.exec(line)?.[0];
    if (comment === undefined) return;
    const bare = (part: string): string => part.replace(/[\s\\]/gu, '');
    if (line.trim() === comment) {
      found.set(comment, [bare(lines[k + 1])]);
      return;
    }
    let first = k;
    while (first > 0 && !ends[first - 1]) first--;
    let last = k;
    while (!ends[last]) last++;
    found.set(comment, [bare(line), bare(lines.slice(first, last + 1).join(' '))]);
  });
  return found;
}

/** False for what is refused: some suites with a comment in a bracket. */
function isRead(program: string): boolean {
  try {
    formatSource(tokenizer, prefer('keep'), program, 'a.py');
    return true;
  } catch (error) {
    if (error instanceof SyntaxRefusedError) return false;
    throw error;
  }
}

function expectCovered(program: string, policy: FormatPolicy): string {
  const output = formatSource(tokenizer, policy, program, 'a.py').text;
  expect(covered(output), `${program}\nbecame\n${output}`).toEqual(covered(program));
  return output;
}

const policies = (): FormatPolicy[] => [
  prefer('none'), prefer('space'), prefer('lines-1'), prefer('lines-3'), prefer('opener+1'), prefer('backslash-statement'),
  ...Array.from({ length: 8 }, (_, seed) => randomPolicy(seed, { power: 1 + (seed % 3) * 4 })),
];

describe('what a comment for a tool covers neither grows nor shrinks', () => {
  test.each([
    ['the line before ends with a semicolon', 'z = 2;\ny  =  3  # noqa\nw = 1; v = 2\n'],
    ['the same before a skip', 'z = 2;\ny   =3  # fmt: skip\nw = 1; v = 2\n'],
    ['two lines before', 'a;\nb;\nc  # noqa\nd; e\n'],
    ['a suite that would fit on the line of its colon', 'if x:\n    y  # noqa\nif x: y\n'],
    ['a suite of several statements', 'if x:\n    y;\n    z  # noqa\nif x: y; z\n'],
    ['a skip at the end of a suite', 'if x:\n    y;\n    z  # fmt: skip\nif x: y; z\n'],
    ['statements that follow a bracket with the comment', 'f(a,  # noqa\n  b); y; z\nw; v\n'],
    ['a statement on the line after that bracket', 'f(a,  # noqa\n  b);\ny\nw; v\n'],
    ['a suite behind that bracket', 'if f(a,  # type: ignore\n     b): y\nw; v\n'],
    ['a suite below that bracket', 'if f(a,  # type: ignore\n     b):\n    y\nw; v\n'],
    ['a backslash before the line', 'x; \\\n  y  # noqa\nw; v\n'],
    ['a comment that speaks of the next line', '# pylint: disable-next=x\na;\nb; c\n\n\nd; e\n'],
    ['a comment of a tool to come', 'a;\nb  # future-tool: ignore[all]\nc; d\n'],
  ])('%s', (_, program) => {
    const outputs = [...policies(), shipping].map((policy) => expectCovered(program, policy));
    expect(outputs.some((output) => output !== program)).toBe(true);
  });

  const pragma = fc.constantFrom('noqa', 'type: ignore', 'pylint: disable=x', 'fmt: skip', 'noqa; fmt: skip', 'future-tool: ignore');
  const end = fc.option(pragma, { freq: 2, nil: undefined });
  const join = fc.constantFrom('; ', ';\n', ' ;  ', '; \\\n   ');
  const simple = fc.constantFrom('a', 'f(b,  c)', 'x  =  1', 'f(a, # noqa\n  b)', 'g([1,\n 2])');
  const line = fc.tuple(fc.array(fc.tuple(simple, join), { maxLength: 3 }), simple, fc.constantFrom('', '', ';')).map(
    ([parts, last, semicolon]) => parts.flat().join('') + last + semicolon,
  );
  const statement = fc.tuple(fc.constantFrom('', '', 'if x:\n ', 'if x: ', 'class A:\n '), line, end, fc.boolean()).map(([head, body, comment, next]) => {
    const indented = head.endsWith('\n ') ? head + body.replaceAll(';\n', ';\n ') : head + body.replaceAll(';\n', '; ');
    return (next ? '# pylint: disable-next=x\n' : '') + indented + (comment === undefined ? '\n' : `  # ${comment}\n`);
  });
  // Each comment gets a number, so that it can be told from the others.
  const programs = fc.array(statement, { minLength: 1, maxLength: 4 }).map((statements) => {
    let number = 0;
    return `${statements.join('')}end; end\n`.replace(/#.*/gu, (comment) => `${comment} # ${number++}`);
  });

  test.each([['a random decider', 150], ['the shipping model', 60]])('random lines joined and broken by %s', (name, numRuns) => {
    let changed = 0;
    fc.assert(
      fc.property(programs, fc.nat(999), (program, seed) => {
        fc.pre(isRead(program));
        const policy = name === 'the shipping model' ? shipping : randomPolicy(seed, { power: 1 + (seed % 3) * 4 });
        if (expectCovered(program, policy) !== program) changed++;
      }),
      { numRuns, seed: 5 },
    );
    expect(changed).toBeGreaterThan(numRuns / 4);
  });
});
