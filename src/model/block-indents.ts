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

/** The same where the project's unit is known: that many votes, and a share of the file's blocks on top. */
const PROJECT_VOTES = 3;
const PROJECT_SHARE = 0.1;

/** One indentation step of a file, and the step that its hanging brackets take. */
export interface FileUnits {
  readonly unit: string;
  readonly hang: string;
}

/**
 * Weight of a hanging bracket in the vote on the unit, where a block weighs 1; in a file without blocks it weighs as
 * much.
 */
const HANG_VOTE = 0.25;

/**
 * Votes on a file's unit: its blocks, with less weight its hanging brackets (a file of nested
 * calls has few blocks), and a head start for the project's unit, or a small one for the usual units.
 */
export function fileUnits(
  { source, structure }: StructuredSource,
  steps: readonly (string | null)[],
  gaps: readonly string[],
  projectUnit: string | null = null,
): FileUnits {
  const hangs = new Map<string, number>();
  const lineIndent = new Array<string>(source.tokenCount);
  let indent = '';
  for (let i = 0; i < source.tokenCount; i++) {
    const text = gaps[i];
    if (text.includes('\n')) indent = text.slice(text.lastIndexOf('\n') + 1);
    lineIndent[i] = indent;
    const open = structure.openBracket[i];
    if (open < 0 || open !== i - 1 || structure.partner[open] === i || !text.includes('\n')) continue;
    const around = lineIndent[open];
    if (indent.length > around.length && indent.startsWith(around)) {
      const step = indent.slice(around.length);
      hangs.set(step, (hangs.get(step) ?? 0) + 1);
    }
  }
  const votes = new Map<string, number>(
    projectUnit === null ? PRIOR_VOTES : [[projectUnit, PROJECT_VOTES + PROJECT_SHARE * steps.length]],
  );
  for (const step of steps) if (step !== null) votes.set(step, (votes.get(step) ?? 0) + 1);
  const weight = steps.some((step) => step !== null) ? HANG_VOTE : 1;
  for (const [step, count] of hangs) votes.set(step, (votes.get(step) ?? 0) + weight * count);
  return { unit: mostVotes(votes, projectUnit ?? '    '), hang: mostVotes(hangs, '    ') };
}

function mostVotes(votes: ReadonlyMap<string, number>, start: string): string {
  let best = start;
  for (const [step, count] of votes) if (count > (votes.get(best) ?? 0)) best = step;
  return best;
}

/**
 * Indentation of every block when each takes the given step (null counts as `unit`).
 *
 * @param exact whole indentation of a block that keeps it, whatever is around; null for the others
 */
export function resolveIndents(
  nodeCount: number,
  blocks: readonly Block[],
  steps: readonly (string | null)[],
  unit: string,
  exact: (k: number) => string | null = () => null,
): BlockIndents {
  const indent = new Array<string>(nodeCount).fill('');
  blocks.forEach(({ node, outer }, k) => {
    indent[node] = exact(k) ?? indent[outer] + (steps[k] ?? unit);
  });
  return { indent };
}
