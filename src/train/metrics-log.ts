import { curveSvg, type CurvePoint } from './curve-svg.js';
import { type LoopState, type StepReport } from './train-loop.js';
import { isThere } from '../shared/look-at-path.js';
import { MAX_MODEL_BYTES, readRegularText } from '../shared/read-file.js';
import { appendText, writeAtomically } from '../shared/write-atomically.js';

/** Averages the steps between two lines of metrics.jsonl, and draws the curve. */
export interface MetricsLog {
  add(report: StepReport): void;
  /** Gaps since the last line. */
  pendingGaps(): number;
  /** Writes what was added since the last line. */
  flush(): void;
  validation(state: Readonly<LoopState>, figures: Readonly<Record<string, number>>): void;
  /** "loss 0.0321, 99.12 %, 41k gaps/s": the last steps, for a progress bar. */
  summary(): string;
}

interface Line {
  readonly type: 'train' | 'validation';
  readonly gaps: number;
  readonly lossNats: number;
}

/** Lines of an earlier part of the run stay, except those past `afterGaps`, which are trained again. */
export function createMetricsLog(options: {
  path: string;
  curvePath: string;
  /** Milliseconds. */
  now: () => number;
  afterGaps: number;
  /** What is counted, for readers. */
  unit?: string;
}): MetricsLog {
  const { path, curvePath, now, unit = 'gaps' } = options;
  const kept = isThere(path)
    ? readRegularText(path, { limitBytes: MAX_MODEL_BYTES }).split('\n').filter((line) => line !== '' && lineOf(line).gaps <= options.afterGaps)
    : [];
  writeAtomically(path, kept.map((line) => `${line}\n`).join(''));
  const points: Record<Line['type'], CurvePoint[]> = { train: [], validation: [] };
  for (const { type, gaps, lossNats } of kept.map(lineOf)) points[type].push({ gaps, lossNats });

  let pending = { gaps: 0, weight: 0, lossNats: 0, accuracy: 0 };
  let since = now();
  let lastSummary = '';
  let last: StepReport | undefined;
  let gapsBefore = options.afterGaps;

  const write = (line: Line & Record<string, unknown>): void => {
    appendText(path, `${JSON.stringify(line)}\n`);
    points[line.type].push({ gaps: line.gaps, lossNats: line.lossNats });
  };
  const means = () => ({
    lossNats: pending.weight === 0 ? 0 : pending.lossNats / pending.weight,
    accuracy: pending.weight === 0 ? 0 : pending.accuracy / pending.weight,
    gapsPerSecond: Math.round((1000 * pending.gaps) / Math.max(1, now() - since)),
  });
  return {
    add(report) {
      last = report;
      pending.gaps += report.state.gaps - gapsBefore;
      gapsBefore = report.state.gaps;
      pending.weight += report.weight;
      pending.lossNats += report.weight * report.lossNats;
      pending.accuracy += report.weight * report.accuracy;
    },
    pendingGaps: () => pending.gaps,
    flush() {
      if (last === undefined || pending.gaps === 0) return;
      lastSummary = summaryOf(means(), unit);
      const { state, learningRate, gradientNorm } = last;
      write({
        type: 'train', step: state.steps, gaps: state.gaps, epochs: state.epochs, ...means(),
        learningRate, gradientNorm, elapsedMs: Math.round(state.elapsedMs), peakRssMiB: peakRssMiB(),
      });
      pending = { gaps: 0, weight: 0, lossNats: 0, accuracy: 0 };
      since = now();
    },
    validation(state, figures) {
      write({
        type: 'validation', step: state.steps, gaps: state.gaps, lossNats: figures['lossNats'] ?? 0, ...figures,
        peakRssMiB: peakRssMiB(),
      });
      // Validation time must not count as training time.
      since = now();
      writeAtomically(curvePath, curveSvg('Training', [
        { name: 'training', points: points.train },
        { name: 'validation', points: points.validation },
      ], unit));
    },
    summary: () => (pending.gaps === 0 ? lastSummary : summaryOf(means(), unit)),
  };
}

function summaryOf(means: { lossNats: number; accuracy: number; gapsPerSecond: number }, unit: string): string {
  const { lossNats, accuracy, gapsPerSecond } = means;
  return `loss ${lossNats.toFixed(4)}, ${(100 * accuracy).toFixed(2)} %, ${(gapsPerSecond / 1000).toFixed(1)}k ${unit}/s`;
}

function lineOf(text: string): Line {
  return JSON.parse(text) as Line;
}

function peakRssMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
