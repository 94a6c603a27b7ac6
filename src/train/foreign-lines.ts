import { nodeKind, GapRole, hasLineBreak, lastLineStart } from '../tokenize/index.js';
import type { SourceContext } from '../model/source-context.js';
import type { Random } from '../shared/random.js';

/**
 * Blank lines by somebody else's rules, as formatters and editors leave them: so many before definitions,
 * no more than so many within functions, none below a header. What they leave alone stays its author's.
 */
export interface LineRules {
  /** Before definitions of the module, of a class; null leaves them. */
  readonly beforeTopLevel: number | null;
  readonly beforeMethods: number | null;
  /** At most, in nested blocks and between statements of the module. */
  readonly mostNested: number | null;
  readonly mostTopLevel: number | null;
  /** Below the header of a block. */
  readonly belowHeaders: number | null;
  /** A blank line wherever a nested block ends. */
  readonly afterBlocks: boolean;
}

/** Draws rules; each is left out more often than not. */
export function drawLineRules(random: Random): LineRules {
  const maybe = (share: number, values: readonly number[]): number | null =>
    (random.next() < share ? random.pick(values) : null);
  return {
    beforeTopLevel: maybe(0.6, [2, 2, 2, 1, 1, 3]),
    beforeMethods: maybe(0.5, [1, 1, 1, 0, 2]),
    mostNested: maybe(0.55, [1, 1, 1, 1, 2, 0]),
    mostTopLevel: maybe(0.55, [2, 2, 1]),
    belowHeaders: maybe(0.35, [0, 0, 0, 1]),
    afterBlocks: random.next() < 0.08,
  };
}

const DEFINITIONS = new Set(['function_definition', 'class_definition', 'decorated_definition'].map(nodeKind));
const CLASS = nodeKind('class_definition');

/** Applies rules to gap texts, in place. Indentation and the places of comments stay. */
export function applyLineRules(
  { structured, lineKind, previousSibling }: SourceContext,
  gaps: string[],
  rules: LineRules,
): void {
  const { source, structure } = structured;
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    if (role !== GapRole.Statement && role !== GapRole.BlockStart && role !== GapRole.OwnLineComment) continue;
    if (!hasLineBreak(gaps[i]) || structure.previousCode[i - 1] < 0) continue;
    const code = structure.nextCode[i];
    if (code >= source.tokenCount || gaps[i].includes('\f')) continue;
    const blanks = countLines(gaps[i]) - 1;
    const wanted = wantedBlanks(i, code, role, blanks);
    if (wanted !== blanks) gaps[i] = '\n'.repeat(wanted + 1) + gaps[i].slice(lastLineStart(gaps[i]));
  }

  function wantedBlanks(i: number, code: number, role: GapRole, blanks: number): number {
    const depth = structure.blockDepth[code];
    if (role === GapRole.BlockStart) return rules.belowHeaders ?? blanks;
    // Of a definition's own comment block, the first line takes the blank lines.
    const leads = i === firstGapBefore(code);
    if (leads && DEFINITIONS.has(lineKind[code]) && previousSibling[code] >= 0) {
      if (depth === 0 && rules.beforeTopLevel !== null) return rules.beforeTopLevel;
      const block = structure.blockNode[code];
      const isMethod = block > 0 && source.tree.kind[source.tree.parent[block]] === CLASS;
      if (isMethod && rules.beforeMethods !== null) return rules.beforeMethods;
    }
    const before = structure.previousCode[i - 1];
    if (leads && rules.afterBlocks && depth > 0 && structure.blockDepth[before] > depth) return Math.max(1, blanks);
    const most = depth === 0 ? rules.mostTopLevel : rules.mostNested;
    return most === null ? blanks : Math.min(most, blanks);
  }

  /** The first of the gaps between the code before a token and that token: those between are before comments. */
  function firstGapBefore(code: number): number {
    let gap = code;
    while (gap > 1 && structure.role[gap - 1] === (GapRole.OwnLineComment as number)) gap--;
    return gap;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let k = 0; k < text.length; k++) if (text.charCodeAt(k) === 10) count++;
  return count;
}
