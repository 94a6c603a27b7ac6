import { fc } from '../../support/properties.js';

/** A line of a program: its depth of blocks and its text; `odd` blanks are put before comments. */
interface Line {
  readonly depth: number;
  readonly text: string;
  readonly odd?: number;
}

const names = fc.integer({ min: 0, max: 99_999 }).map((n) => `n${n}`);
const simple = fc.oneof(
  names.map((name) => `${name}  =  1`),
  fc.tuple(names, names).map(([a, b]) => `${a}=${b} (1,  2); ${b}  = 3`),
  names.map((name) => `${name} = [  1,\n   0  ]`),
  names.map((name) => `return_( ${name} )  # noqa`),
);
const comments = fc.oneof(names.map((name) => `# ${name}`), fc.constant('# fmt: off'), fc.constant('# fmt: off'), fc.constant('# fmt: on'));

const body = (depth: number): fc.Arbitrary<Line[]> => {
  const statement: fc.Arbitrary<Line[]> = simple.map((text) => [{ depth, text }]);
  const comment: fc.Arbitrary<Line[]> = fc.tuple(comments, fc.constantFrom(0, 0, 0, 1, 3)).map(([text, odd]) => [{ depth, text, odd }]);
  const blank: fc.Arbitrary<Line[]> = fc.constant([{ depth: 0, text: '' }]);
  const parts = [{ weight: 4, arbitrary: statement }, { weight: 4, arbitrary: comment }, { weight: 2, arbitrary: blank }];
  if (depth < 3) {
    const compound = fc.tuple(fc.constantFrom('if  x :', 'class A:', 'def f( a ):', 'while a:'), fc.array(comment, { maxLength: 1 }), body(depth + 1))
      .map(([head, first, lines]) => [{ depth, text: head }, ...first.flat(), ...lines]);
    parts.push({ weight: 4, arbitrary: compound });
  }
  return fc.tuple(fc.array(fc.oneof(...parts), { maxLength: 5 }), simple, fc.array(comment, { maxLength: 2 }))
    .map(([before, text, after]) => [...before.flat(), { depth, text }, ...after.flat()]);
};

const STEPS = ['    ', '  ', '\t', '        ', ' '];

/** Programs of nested blocks with a few steps of indentation, in which `# fmt: off` and `# fmt: on` stand anywhere. */
export const programWithRegions: fc.Arbitrary<string> = fc
  .tuple(body(0), fc.array(fc.constantFrom(...STEPS), { minLength: 4, maxLength: 4 }))
  .map(([lines, steps]) => lines.map(({ depth, text, odd }) =>
    text === '' ? '' : steps.slice(0, depth).join('') + ' '.repeat(odd ?? 0) + text).join('\n') + '\n');

const columnOf = (line: string): number => {
  let column = 0;
  for (const character of /^[ \t]*/u.exec(line)![0]) column = character === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  return column;
};

/**
 * The texts of the regions of such a program (one without strings), from the line of `off` to that of `on`; found
 * line by line, without tree and tokens, so that it can judge what works with those.
 */
export function regionsOf(program: string): string[] {
  const lines = program.split('\n');
  const isComment = (k: number): boolean => lines[k].trim().startsWith('#') && !continued[k];
  const isCode = (k: number): boolean => lines[k].trim() !== '' && !isComment(k) && !continued[k];
  /** Lines that go on a statement. */
  const continued: boolean[] = [];
  let depth = 0;
  let backslash = false;
  for (const line of lines) {
    continued.push(depth > 0 || backslash);
    const code = line.replace(/#.*/u, '');
    depth += (code.match(/[([{]/gu)?.length ?? 0) - (code.match(/[)\]}]/gu)?.length ?? 0);
    backslash = code.trimEnd().endsWith('\\') && code === line;
  }
  /** Columns of the blocks that a line of code stands in, the innermost last. */
  const blocks: number[][] = [];
  let stack = [0];
  for (let k = 0; k < lines.length; k++) {
    if (isCode(k)) {
      const column = columnOf(lines[k]);
      stack = [...stack.filter((at) => at < column), column];
    }
    blocks.push(stack);
  }
  const nextCode = (k: number): number => {
    for (let n = k + 1; n < lines.length; n++) if (isCode(n)) return n;
    return -1;
  };
  const regions: string[] = [];
  for (let k = 0; k < lines.length; k++) {
    if (!isComment(k) || lines[k].trim() !== '# fmt: off') continue;
    const column = columnOf(lines[k]);
    const after = nextCode(k);
    const around = [...(k > 0 ? blocks[k - 1] : [0]), ...(after < 0 ? [0] : blocks[after])].filter((at) => at <= column);
    const block = Math.max(0, ...around);
    let end = k;
    let left = -1;
    for (let n = k + 1; n < lines.length; n++) {
      if (isComment(n) && lines[n].trim() === '# fmt: on' && columnOf(lines[n]) <= column) {
        end = n;
        break;
      }
      if (isCode(n) && columnOf(lines[n]) < block) break;
      // Behind the block, comments belong to it as long as they are indented deeper than what is around.
      if (block > 0 && isComment(n) && nextOf(n) < block) {
        const outer = Math.max(0, ...blocks[k].concat(blocks[n]).filter((at) => at < block));
        if (columnOf(lines[n]) <= outer) left = n;
        if (left >= 0) continue;
      }
      if (lines[n].trim() !== '') end = n;
    }
    regions.push(lines.slice(k, end + 1).join('\n'));
    k = end;
  }
  return regions;

  function nextOf(k: number): number {
    const next = nextCode(k);
    return next < 0 ? -1 : columnOf(lines[next]);
  }
}
