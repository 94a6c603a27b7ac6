import { curveSvg, type CurvePoint } from './curve-svg.js';
import { appendEvents, encodeEvent, eventFileStart, type ScalarEvent } from './event-file.js';
import { type LoopState, type StepReport } from './train-loop.js';
import { isThere } from '../shared/look-at-path.js';
import { MAX_MODEL_BYTES, readRegularText } from '../shared/read-file.js';
import { appendText, writeAtomically } from '../shared/write-atomically.js';

/** What the examples of a run are. */
export const EXAMPLE_UNITS = ['gaps', 'pieces', 'characters', 'pairs'] as const;
export type ExampleUnit = (typeof EXAMPLE_UNITS)[number];

/** Averages the steps between two lines of metrics.jsonl, and draws the curve. */
export interface MetricsLog {
  add(report: StepReport): void;
  /** Examples since the last line. */
  pending(): number;
  /** Writes what was added since the last line. */
  flush(): void;
  validation(state: Readonly<LoopState>, figures: Readonly<Record<string, number>>): void;
  /** All lines of the run so far. */
  lines(): readonly MetricsLine[];
  /** "loss 0.0321, 99.12 %, 41k gaps/s": the last steps, for a progress bar. */
  summary(): string;
}

/** A line tells its examples under the name of their unit, such as `gaps` and `gapsPerSecond`. */
export interface MetricsLine {
  readonly type: 'train' | 'validation';
  readonly lossNats: number;
  readonly [name: string]: string | number;
}

/**
 * Lines of an earlier part of the run stay, except those past `after` examples, which are trained again. What
 * TensorBoard reads of them is written anew, so that it shows no step twice.
 *
 * @param options.earlier lines that a checkpoint brings; those of the file without them
 */
export function createMetricsLog(options: {
  path: string;
  curvePath: string;
  eventsPath: string;
  earlier?: readonly unknown[] | null;
  /** Milliseconds. */
  now: () => number;
  after: number;
  unit: ExampleUnit;
}): MetricsLog {
  const { path, curvePath, eventsPath, now, after, unit } = options;
  // All units were called gaps once.
  const examplesOf = (line: MetricsLine): number => Number(line[unit] ?? line['gaps']);
  const ofFile = (): MetricsLine[] => (isThere(path)
    ? readRegularText(path, { limitBytes: MAX_MODEL_BYTES }).split('\n').filter((line) => line !== '').map(lineOf)
    : []);
  const all = ((options.earlier as readonly MetricsLine[] | null | undefined) ?? ofFile())
    .filter((line) => examplesOf(line) <= after);
  const eventOf = (line: MetricsLine): ScalarEvent => scalarEvent(line, examplesOf(line));
  writeAtomically(path, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeAtomically(eventsPath, Buffer.concat([eventFileStart(0), ...all.map(eventOf).map(encodeEvent)]));
  const points: Record<MetricsLine['type'], CurvePoint[]> = { train: [], validation: [] };
  const addPoint = (line: MetricsLine): void => {
    points[line.type].push({ examples: examplesOf(line), lossNats: line.lossNats });
  };
  all.forEach(addPoint);

  let pending = { examples: 0, weight: 0, lossNats: 0, accuracy: 0 };
  let since = now();
  let lastSummary = '';
  let last: StepReport | undefined;
  let before = after;

  const write = (line: MetricsLine): void => {
    appendText(path, `${JSON.stringify(line)}\n`);
    appendEvents(eventsPath, [eventOf(line)]);
    all.push(line);
    addPoint(line);
  };
  const means = () => ({
    lossNats: pending.weight === 0 ? 0 : pending.lossNats / pending.weight,
    accuracy: pending.weight === 0 ? 0 : pending.accuracy / pending.weight,
    [`${unit}PerSecond`]: Math.round((1000 * pending.examples) / Math.max(1, now() - since)),
  });
  const summaryOf = ({ lossNats, accuracy, [`${unit}PerSecond`]: perSecond }: ReturnType<typeof means>): string =>
    `loss ${lossNats.toFixed(4)}, ${(100 * accuracy).toFixed(2)} %, ${(perSecond / 1000).toFixed(1)}k ${unit}/s`;
  return {
    add(report) {
      last = report;
      pending.examples += report.state.examples - before;
      before = report.state.examples;
      pending.weight += report.weight;
      pending.lossNats += report.weight * report.lossNats;
      pending.accuracy += report.weight * report.accuracy;
    },
    pending: () => pending.examples,
    flush() {
      if (last === undefined || pending.examples === 0) return;
      lastSummary = summaryOf(means());
      const { state, learningRate, gradientNorm } = last;
      write({
        type: 'train', step: state.steps, [unit]: state.examples, epochs: state.epochs, ...means(),
        learningRate, gradientNorm, elapsedMs: Math.round(state.elapsedMs), peakRssMiB: peakRssMiB(),
      });
      pending = { examples: 0, weight: 0, lossNats: 0, accuracy: 0 };
      since = now();
    },
    validation(state, figures) {
      write({
        type: 'validation', step: state.steps, [unit]: state.examples, lossNats: figures['lossNats'] ?? 0, ...figures,
        elapsedMs: Math.round(state.elapsedMs), peakRssMiB: peakRssMiB(),
      });
      // Validation time must not count as training time.
      since = now();
      writeAtomically(curvePath, curveSvg('Training', [
        { name: 'training', points: points.train },
        { name: 'validation', points: points.validation },
      ], unit));
    },
    lines: () => all,
    summary: () => (pending.examples === 0 ? lastSummary : summaryOf(means())),
  };
}

/** A line for TensorBoard: its figures as `train/loss`, at the seconds that were spent on training. */
function scalarEvent(line: MetricsLine, examples: number): ScalarEvent {
  const { type, step: _step, elapsedMs, ...figures } = line;
  const scalars = Object.entries(figures).flatMap(([name, value]) => {
    if (typeof value !== 'number' || value === examples) return [];
    return [[`${type}/${name}`, value] as const];
  });
  return { step: examples, wallTime: Number(elapsedMs ?? 0) / 1000, scalars: Object.fromEntries(scalars) };
}

function lineOf(text: string): MetricsLine {
  return JSON.parse(text) as MetricsLine;
}

function peakRssMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
