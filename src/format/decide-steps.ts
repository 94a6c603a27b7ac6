import { resolveIndents, type BlockIndents, type FileUnits } from '../model/block-indents.js';
import { BLOCK_CLASSES, COLUMNS, COLUMN_OF_CLASS } from '../model/layout-classes.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import type { EditJudge } from './certainty/edit-judge.js';
import type { Pins } from './pins.js';

/**
 * The units that a file is laid out in, and the indentation of its blocks, which is settled before any gap is decided.
 */
export interface DecidedIndents {
  readonly units: FileUnits;
  readonly indents: BlockIndents;
}

/**
 * Decides the indentation of every block.
 *
 * @param threshold how sure the model has to be of the file's unit
 * @param projectUnit the unit of other files of the project, where it is known
 */
export function decideIndents(
  decision: {
    readonly context: SourceContext;
    readonly observed: ObservedLayout;
    readonly probabilities: Float32Array;
    readonly pins: Pins;
    readonly judge: EditJudge;
    /** The file looks wrecked, or did so before. */
    readonly isWrecked: boolean;
  },
  threshold: number,
  projectUnit: string | null,
): DecidedIndents {
  const { context, observed, pins } = decision;
  const { blocks, structured: { source } } = context;
  const units = targetUnits(observed, pins, projectUnit);
  const steps = decideSteps(decision, threshold)
    .map((step) => (step === observed.unit ? units.unit : step));
  const indents = resolveIndents(source.tree.nodeCount, blocks, steps, units.unit, (k) => {
    const text = observed.gaps[blocks[k].gap];
    return pins.step[k] && text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : null;
  });
  return { units, indents };
}

/** Share of its blocks that have to take a file's unit before the whole file is moved to the project's. */
const CONSISTENT = 0.9;

/**
 * The unit that a file is laid out in, and its hanging step: the file's own, or the project's where
 * the file keeps to another one throughout, as after an editor has re-indented it. A file of mixed steps
 * is mended by the model, block by block; one of which a part must stay keeps its unit.
 */
function targetUnits(observed: ObservedLayout, pins: Pins, projectUnit: string | null): FileUnits {
  const { unit, hang, steps } = observed;
  const own = { unit, hang };
  if (projectUnit === null || projectUnit === unit || pins.step.includes(1)) return own;
  const blocks = steps.filter((step) => step !== null);
  if (blocks.length === 0 || blocks.filter((step) => step === unit).length < CONSISTENT * blocks.length) return own;
  return {
    unit: projectUnit, hang: hang === unit ? projectUnit : hang === unit + unit ? projectUnit + projectUnit : hang,
  };
}

/** The indentation step of each block: the file's unit where that is sure, else its own. */
function decideSteps(
  decision: Parameters<typeof decideIndents>[0], threshold: number,
): (string | null)[] {
  const { context, observed, probabilities, pins, judge, isWrecked } = decision;
  return context.blocks.map(({ gap }, k) => {
    const step = observed.steps[k];
    if (step === null || step === observed.unit || pins.step[k] || pins.gap[gap]) return step;
    if (!isWrecked && isSetApart(decision, k)) return step;
    const mass = unitMass(probabilities, gap);
    return judge.weigh({ share: mass, mass }, (file) => file.ofStep()).certainty >= threshold ? observed.unit : step;
  });
}

/** True for a block that stands apart from the last line of its header, which stands where blocks usually do. */
function isSetApart({ context, observed }: Parameters<typeof decideIndents>[0], k: number): boolean {
  const { gap, outer } = context.blocks[k];
  return observed.walker.lineIndent[gap - 1] === observed.blocks.indent[outer] + observed.unit;
}

/** What the network gives to the classes by which a block takes the file's unit. */
export function unitMass(probabilities: Float32Array, gap: number): number {
  let mass = 0;
  for (const index of BLOCK_CLASSES) mass += probabilities[gap * COLUMNS + COLUMN_OF_CLASS[index]];
  return mass;
}
