import { GapRole, hasLineBreak, lastLineStart, nodeKind, type StructuredSource } from '../tokenize/index.js';

/** Indentation of the statements of each block of a layout. */
export interface BlockIndents {
  /** Per node: leading whitespace of the statements of a block node; '' for the module and other nodes. */
  readonly indent: readonly string[];
}

const BLOCK = nodeKind('block');

/** One block of the tree: its node, the node of the block around it, and its first gap. */
export interface Block {
  readonly node: number;
  readonly outer: number;
  /** The gap before its first code token. */
  readonly gap: number;
}

/** Blocks of the tree, outer before inner. */
export function listBlocks({ source, structure }: StructuredSource): Block[] {
  const { tree } = source;
  const blocks: Block[] = [];
  for (let node = 1; node < tree.nodeCount; node++) {
    if (tree.kind[node] !== BLOCK) continue;
    let outer = tree.parent[node];
    while (outer > 0 && tree.kind[outer] !== BLOCK) outer = tree.parent[outer];
    const gap = tree.firstToken[node];
    if (structure.role[gap] === GapRole.BlockStart) blocks.push({ node, outer, gap });
  }
  return blocks;
}

/** Step of each block in a layout: what it adds to the indentation around it; null when inline. */
export function blockSteps(
  structured: StructuredSource,
  blocks: readonly Block[],
  gaps: readonly string[],
): (string | null)[] {
  const indent = new Map<number, string>();
  return blocks.map(({ node, outer, gap }) => {
    const text = gaps[gap];
    const around = indent.get(outer) ?? '';
    if (!hasLineBreak(text) && !structured.structure.mustBreak[gap]) {
      indent.set(node, around);
      return null;
    }
    const own = text.slice(lastLineStart(text));
    indent.set(node, own);
    return own.startsWith(around) ? own.slice(around.length) : own;
  });
}

/** The step that most blocks of a layout take; `fallback` without blocks, and ties go to it. */
export function dominantUnit(steps: readonly (string | null)[], fallback = '    '): string {
  const counts = new Map<string, number>();
  for (const step of steps) if (step !== null) counts.set(step, (counts.get(step) ?? 0) + 1);
  let best = fallback;
  let most = counts.get(fallback) ?? 0;
  for (const [step, count] of counts) {
    if (count > most || (count === most && best !== fallback && step < best)) {
      best = step;
      most = count;
    }
  }
  return best;
}

/** Indentation of every block when each takes the given step (null counts as `unit`). */
export function resolveIndents(
  nodeCount: number,
  blocks: readonly Block[],
  steps: readonly (string | null)[],
  unit: string,
): BlockIndents {
  const indent = new Array<string>(nodeCount).fill('');
  blocks.forEach(({ node, outer }, k) => {
    indent[node] = indent[outer] + (steps[k] ?? unit);
  });
  return { indent };
}
