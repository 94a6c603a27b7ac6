import { GapRole, hasLineBreak, lastLineStart, type StructuredSource } from '../../tokenize/index.js';

/** What most blocks add to the indentation around them; four spaces in a file without blocks. */
export function commonUnit({ source, structure }: StructuredSource): string {
  const votes = new Map<string, number>();
  const levels: string[] = [''];
  for (let i = 1; i < source.tokenCount; i++) {
    if (structure.role[i] !== (GapRole.BlockStart as number) || !hasLineBreak(source.gaps[i])) continue;
    const depth = structure.blockDepth[i];
    const line = source.gaps[i].slice(lastLineStart(source.gaps[i]));
    levels[depth] = line;
    const around = levels[depth - 1] ?? '';
    if (line.length <= around.length || !line.startsWith(around)) continue;
    const step = line.slice(around.length);
    votes.set(step, (votes.get(step) ?? 0) + 1);
  }
  let best = '    ';
  for (const [step, count] of votes) if (count > (votes.get(best) ?? 0)) best = step;
  return best;
}
