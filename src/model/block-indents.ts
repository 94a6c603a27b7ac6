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

/** What is known of a file's unit before it is read, in blocks: decides only between few. */
const PRIOR_VOTES: readonly (readonly [string, number])[] = [['    ', 1.2], ['  ', 0.7], ['\t', 0.6]];

/** The step that most blocks of a layout take; the usual units have a small head start. */
export function dominantUnit(steps: readonly (string | null)[]): string {
  const votes = new Map<string, number>(PRIOR_VOTES);
  for (const step of steps) if (step !== null) votes.set(step, (votes.get(step) ?? 0) + 1);
  let best = '    ';
  for (const [step, count] of votes) if (count > votes.get(best)!) best = step;
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
