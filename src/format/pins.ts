import { GapRole, hasLineBreak, tokenKind, tokenText } from '../tokenize/index.js';
import type { SourceContext } from '../model/source-context.js';

/** What the formatter must leave alone in a file, whatever the model says. */
export interface Pins {
  /** Per gap: 1 where the text stays as it is. */
  readonly gap: Uint8Array;
  /** Per gap: 1 where line breaks may neither appear nor go, because a pragma speaks of the line. */
  readonly breaks: Uint8Array;
  /** Per block (index in `context.blocks`): 1 where the indentation step stays. */
  readonly step: Uint8Array;
}

const COMMENT = tokenKind('comment');
const OFF = /^#\s*(?:fmt:\s*off|yapf:\s*disable)\b/;
const ON = /^#\s*(?:fmt:\s*on|yapf:\s*enable)\b/;
const SKIP = /#\s*fmt:\s*skip\b/;
const PRAGMA = /#\s*(?:type:|noqa|pylint:|pragma:|pyright:|mypy:|nosec|ruff:|flake8:|pyre-|pytype:|isort:|NOLINT)/i;

/** Finds the regions of `# fmt: off`, `on` and `skip`, pragma lines, and gaps of unusual content. */
export function findPins(context: SourceContext): Pins {
  const { source, structure } = context.structured;
  const count = source.tokenCount + 1;
  const gap = new Uint8Array(count);
  const breaks = new Uint8Array(count);
  let offSince = -1;
  for (let i = 0; i < source.tokenCount; i++) {
    if (source.kind[i] !== COMMENT) continue;
    const text = tokenText(source, i);
    if (offSince < 0 && OFF.test(text)) offSince = i;
    else if (offSince >= 0 && ON.test(text)) {
      gap.fill(1, offSince + 1, i + 1);
      offSince = -1;
    }
    const before = i > 0 ? structure.previousCode[i - 1] : -1;
    if (structure.role[i] !== GapRole.TrailingComment || before < 0) continue;
    const isSkip = SKIP.test(text);
    if (!isSkip && !PRAGMA.test(text)) continue;
    const first = context.lineFirst[before];
    const last = context.lineLast[before];
    for (let g = first + 1; g <= Math.max(last, i); g++) (isSkip ? gap : breaks)[g] = 1;
  }
  if (offSince >= 0) gap.fill(1, offSince + 1, count);
  pinOddGaps(context, gap);
  return { gap, breaks, step: pinSteps(context, gap) };
}

/** Shebang and coding lines, form feeds, and backslashes between statements. */
function pinOddGaps({ structured: { source, structure } }: SourceContext, gap: Uint8Array): void {
  for (let i = 0; i <= source.tokenCount; i++) {
    const text = source.gaps[i];
    const role = structure.role[i] as GapRole;
    if (text.includes('\f')) gap[i] = 1;
    if (text.includes('\\') && role !== GapRole.Line && role !== GapRole.Bracket) gap[i] = 1;
  }
  // A coding line counts on the first two lines only.
  for (let i = 0; i < 2 && i < source.tokenCount; i++) {
    if (source.kind[i] !== COMMENT) break;
    if (/^#!|coding[=:]/.test(tokenText(source, i))) {
      gap.fill(1, 0, i + 1);
    }
  }
}

/** A block keeps its step when it holds a gap that is pinned together with its indentation. */
function pinSteps(context: SourceContext, gap: Uint8Array): Uint8Array {
  const { source, structure } = context.structured;
  const step = new Uint8Array(context.blocks.length);
  const blockAt = new Map(context.blocks.map(({ node }, k) => [node, k]));
  for (let i = 0; i <= source.tokenCount; i++) {
    if (!gap[i] || !hasLineBreak(source.gaps[i]) || i >= source.tokenCount) continue;
    const code = structure.nextCode[i];
    if (code >= source.tokenCount) continue;
    for (let node = structure.blockNode[code]; node > 0; node = source.tree.parent[node]) {
      const k = blockAt.get(node);
      if (k !== undefined) step[k] = 1;
    }
  }
  return step;
}
