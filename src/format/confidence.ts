import { GapRole } from '../tokenize/index.js';
import type { EditClass } from './edit-classes.js';

/**
 * Least probability at which an edit is made, in an undamaged and in a wrecked file. It is
 * the proposed text's share of what the model gives to that text and to the input's together:
 * where the input is surely wrong, the best of several good answers is better than leaving it.
 */
export interface Threshold {
  readonly clean: number;
  /** In a file of which few gaps are spoilt; without one, as in a wrecked file. */
  readonly light?: number;
  readonly damaged: number;
}
export type Thresholds = Readonly<Record<EditClass, Threshold>>;

/**
 * Used where the model file brings none: at 0.9 a clean file loses next to nothing, and in a damaged one
 * 0.5 repairs most, on training projects held out of the base model's training. Breaks, continuation
 * lines and joins of clean files were raised after a look at how sure the model is of wrong ones there,
 * on the validation projects (docs/calibration.md).
 */
export const DEFAULT_THRESHOLDS: Thresholds = {
  space: { clean: 0.9, damaged: 0.5 },
  break: { clean: 0.995, damaged: 0.5 },
  join: { clean: 0.97, damaged: 0.5 },
  continuation: { clean: 0.995, damaged: 0.6 },
  lines: { clean: 0.95, damaged: 0.55 },
  comment: { clean: 0.9, damaged: 0.5 },
  step: { clean: 0.9, damaged: 0.5 },
  suite: { clean: 0.9, damaged: 0.5 },
};

/**
 * Used where the model says how sure an edit is. In a clean file a wrong edit weighs more than a missed one: the values
 * were chosen where one more repaired kind of lone defect would have cost a clean file of the validation projects
 * (docs/calibration.md). In a wreck both weigh alike.
 */
export const CERTAINTY_THRESHOLDS: Thresholds = {
  space: { clean: 0.8, damaged: 0.5 },
  break: { clean: 0.985, damaged: 0.5 },
  join: { clean: 0.975, damaged: 0.5 },
  continuation: { clean: 0.85, damaged: 0.6 },
  lines: { clean: 0.85, damaged: 0.55 },
  comment: { clean: 0.75, damaged: 0.5 },
  step: { clean: 0.75, damaged: 0.5 },
  suite: { clean: 0.9, damaged: 0.5 },
};

/**
 * The thresholds of a network that was fine-tuned. What it learned of few files makes it too sure of lines that it
 * would move where all but a few gaps are as their author left them; in a wreck it is as right as it says. Chosen on
 * the validation projects (docs/calibration.md), and raised only.
 */
export function tunedThresholds(thresholds: Thresholds): Thresholds {
  const raised = (edit: EditClass, least: number): Threshold => {
    const { clean, damaged, light = damaged } = thresholds[edit];
    return { clean, light: Math.min(clean, Math.max(light, least)), damaged };
  };
  return { ...thresholds, break: raised('break', 0.8), join: raised('join', 0.8), lines: raised('lines', 0.65) };
}

/** The class of an edit from the gap's role and the texts before and after. */
export function editClass(role: GapRole, before: string, after: string): EditClass {
  const wasBroken = before.includes('\n');
  const isBroken = after.includes('\n');
  switch (role) {
    case GapRole.TrailingComment:
    case GapRole.OwnLineComment:
      return 'comment';
    case GapRole.Statement:
    case GapRole.FileStart:
    case GapRole.FileEnd:
      return 'lines';
    case GapRole.BlockStart:
    case GapRole.AfterSemicolon:
      return wasBroken === isBroken ? 'lines' : 'suite';
    default:
      if (wasBroken && isBroken) return 'continuation';
      if (wasBroken) return 'join';
      return isBroken ? 'break' : 'space';
  }
}

/** Share of spaces that the model would change at which a file counts as undamaged, and as wrecked. */
const CLEAN_SHARE = 0.001;
const DAMAGED_SHARE = 0.012;

/** Damage level beyond which a file is a wreck: what stands there is anybody's guess, and blanks meet by chance. */
export const WRECKED = 0.5;

/**
 * 0 for a file that looks as its author left it, 1 for a wreck; from the share of spaces that the model would change.
 */
export function damageLevel(spacingShare: number): number {
  return Math.max(0, Math.min(1, (spacingShare - CLEAN_SHARE) / (DAMAGED_SHARE - CLEAN_SHARE)));
}

/** Share of such spaces up to which few of a file's gaps are spoilt, and from which on many are. */
const FEW_SHARE = 0.03;
const MANY_SHARE = 0.1;

/** How much each threshold of a class counts in a file; they add up to 1. */
export type ThresholdWeights = Readonly<Record<keyof Threshold, number>>;

/** From the share of spaces that the model would change. Thresholds fall twice as fast as the damage level rises. */
export function thresholdWeights(spacingShare: number): ThresholdWeights {
  const spoilt = Math.min(1, 2 * damageLevel(spacingShare));
  const many = Math.max(0, Math.min(1, (spacingShare - FEW_SHARE) / (MANY_SHARE - FEW_SHARE)));
  return { clean: 1 - spoilt, light: spoilt * (1 - many), damaged: spoilt * many };
}

/** Threshold of an edit class in a file; `confidence`, when given, stands for all of them. */
export function thresholdAt(
  { clean, damaged, light = damaged }: Threshold, weights: ThresholdWeights, confidence: number | null,
): number {
  return confidence ?? weights.clean * clean + weights.light * light + weights.damaged * damaged;
}
