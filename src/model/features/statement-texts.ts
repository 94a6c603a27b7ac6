import { COMMENT, GapRole } from '../../tokenize/index.js';
import type { ObservedLayout } from '../observed-layout.js';
import type { SourceContext } from '../source-context.js';

/** What the indentation of a comment and of a block looks like: what texts say, in numbers. */

/**
 * Per gap before a comment: where that stands in the layout if it is on its own line: at the next statement's level,
 * the previous one's, column 0, between, elsewhere.
 */
export function commentLevels(context: SourceContext, layout: ObservedLayout): Uint8Array {
  const { source: { kind, tokenCount }, structure: { nextCode, previousCode, blockNode } } = context.structured;
  const { indent } = layout.blocks;
  const levels = new Uint8Array(tokenCount + 1);
  for (let i = 0; i < tokenCount; i++) {
    if (kind[i] !== COMMENT) continue;
    const text = layout.gaps[i];
    const own = text.slice(text.lastIndexOf('\n') + 1);
    const before = i > 0 ? previousCode[i - 1] : -1;
    const next = nextCode[i] < tokenCount ? indent[blockNode[nextCode[i]]] : '';
    const previous = before >= 0 ? indent[blockNode[before]] : '';
    levels[i] = levelOf(own, next, previous);
  }
  return levels;
}

function levelOf(own: string, next: string, previous: string): number {
  if (own === next) return next === previous ? 0 : 1;
  if (own === previous) return 2;
  if (own === '') return 3;
  return own.length < previous.length && own.length > next.length ? 4 : 5;
}

/** Per gap at the start of a broken block: how its step compares with the file's unit and its neighbours. */
export function stepStates(context: SourceContext, layout: ObservedLayout): Uint8Array {
  const { source, structure } = context.structured;
  const states = new Uint8Array(source.tokenCount + 1);
  const { indent } = layout.blocks;
  for (let i = 0; i < source.tokenCount; i++) {
    if (structure.role[i] !== (GapRole.BlockStart as number) || !layout.gaps[i].includes('\n')) continue;
    const node = structure.blockNode[i];
    const own = indent[node];
    let up = source.tree.parent[node];
    while (up > 0 && indent[up] === '') up = source.tree.parent[up];
    const outer = up > 0 ? indent[up] : '';
    states[i] = stateOf(own.startsWith(outer) ? own.slice(outer.length) : own, layout.unit);
  }
  return states;
}

function stateOf(step: string, unit: string): number {
  if (step === unit) return 1 + (step === '    ' ? 0 : step === '  ' ? 1 : step === '\t' ? 2 : 3);
  const common = step === '    ' ? 0 : step === '  ' ? 1 : step === '\t' ? 2 : step === '        ' ? 3 : 4;
  return 5 + common * 2 + (unit === '    ' ? 0 : 1);
}
