import type { Random } from '../shared/random.js';
import { GapRole, lastLineStart, nodeKind, type StructuredSource } from '../tokenize/index.js';

/** Indentation of every block before and after mutation; indexed by node of the tree. */
export interface BlockIndentation {
  /** True when no block changes. */
  readonly isUnchanged: boolean;
  /** Commonest step from a block to the next deeper one. */
  readonly unit: string;
  /** As in the source; for an inline block what it would be. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** 1 where the lines inside brackets move along with their block. */
  readonly carriesBrackets: Uint8Array;
  /** Block or module around a block; -1 for the module. */
  readonly outer: Int32Array;
}

const BLOCK = nodeKind('block');
const UNITS = ['  ', '  ', '    ', '    ', '        ', '        ', '\t', '\t', ' ', '   '];

/**
 * Chooses which blocks stand on another unit. A block's indentation is its parent's plus a
 * step, so whatever is chosen every block stays deeper than the one around it. Never the whole
 * file: nothing in it would then tell which unit was its author's.
 */
export function planBlockIndentation(
  { source, structure }: StructuredSource,
  { rate, random }: { readonly rate: number; readonly random: Random },
): BlockIndentation {
  const { tree, gaps } = source;
  const before = new Array<string>(tree.nodeCount).fill('');
  const outer = new Int32Array(tree.nodeCount).fill(-1);
  const blocks: number[] = [];
  const steps = new Map<string, number>();
  let isFixed = false;
  for (let i = 0; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    if (role !== GapRole.Statement && role !== GapRole.AfterSemicolon && role !== GapRole.BlockStart) continue;
    if (hasOddIndentation(gaps[i])) isFixed = true;
    if (role !== GapRole.BlockStart) continue;
    const block = structure.blockNode[i];
    let around = tree.parent[block];
    while (around > 0 && tree.kind[around] !== BLOCK) around = tree.parent[around];
    outer[block] = around;
    blocks.push(block);
    const lineStart = lastLineStart(gaps[i]);
    if (lineStart === 0) {
      before[block] = '\n';
      continue;
    }
    before[block] = gaps[i].slice(lineStart);
    const step = stepBetween(before[around], before[block]);
    if (step !== undefined) steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const unit = commonest(steps) ?? '    ';
  for (const block of blocks) if (before[block] === '\n') before[block] = before[outer[block]] + unit;

  const after = [...before];
  const carriesBrackets = new Uint8Array(tree.nodeCount);
  let isUnchanged = true;
  if (!isFixed) {
    for (const block of blocks) {
      const around = outer[block];
      const ownUnit = random.next() < rate * 0.3 ? random.pick(UNITS) : undefined;
      const step = ownUnit ?? stepBetween(before[around], before[block]);
      if (step !== undefined) after[block] = after[around] + step;
      else if (after[around] !== before[around]) after[block] = after[around] + unit;
      if (after[block] === before[block]) continue;
      isUnchanged = false;
      carriesBrackets[block] = random.next() < 0.7 || carriesBrackets[around] ? 1 : 0;
    }
  }
  return { isUnchanged, unit, before, after, carriesBrackets, outer };
}

/** A form feed or a backslash in the indentation: what it measures is not what it looks like. */
const hasOddIndentation = (gap: string): boolean => gap.includes('\\') || gap.includes('\f', lastLineStart(gap));

function stepBetween(around: string, inner: string): string | undefined {
  return inner.length > around.length && inner.startsWith(around) ? inner.slice(around.length) : undefined;
}

function commonest(counts: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let bestCount = 0;
  for (const [step, count] of counts) if (count > bestCount) [best, bestCount] = [step, count];
  return best;
}
