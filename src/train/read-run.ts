/** What a folder says of the run in it: read by `nnfmt runs`, and by nobody who trains. */
import { basename, join } from 'node:path';
import { FileReadError, ModelFileError } from '../errors.js';
import { isThere } from '../shared/look-at-path.js';
import { MAX_MODEL_BYTES, MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';
import { EXAMPLE_UNITS, type ExampleUnit, type MetricsLine } from './metrics-log.js';

/** A line of metrics, with its examples and their pace under one name for all units. */
export interface RunPoint {
  readonly type: 'train' | 'validation';
  readonly examples: number;
  readonly lossNats: number;
  readonly accuracy: number | null;
  readonly learningRate: number | null;
  readonly perSecond: number | null;
}

export interface Run {
  readonly folder: string;
  readonly name: string;
  /** What run.json says. */
  readonly record: Readonly<Record<string, unknown>>;
  /** The record as one list of values by name: `config.units`. */
  readonly settings: ReadonlyMap<string, string>;
  readonly unit: ExampleUnit;
  readonly points: readonly RunPoint[];
}

/** True for a folder that a training has written its record into. */
export const holdsRun = (folder: string): boolean => isThere(join(folder, 'run.json'));

/** @throws ModelFileError for a record or metrics that cannot be read */
export function readRun(folder: string): Run {
  const record = readRecord(join(folder, 'run.json'));
  const lines = readMetrics(join(folder, 'metrics.jsonl'));
  const unit = EXAMPLE_UNITS.find((name) => lines.some((line) => line[name] !== undefined)) ?? plannedUnit(record);
  return {
    folder, name: basename(folder), record, unit, settings: new Map(settingsOf(record, '')),
    points: lines.map((line) => {
      const number = (name: string): number | null => (typeof line[name] === 'number' ? line[name] : null);
      return {
        type: line.type, examples: number(unit) ?? number('gaps') ?? 0, lossNats: line.lossNats,
        accuracy: number('accuracy'), learningRate: number('learningRate'), perSecond: number(`${unit}PerSecond`),
      };
    }),
  };
}

/** What a run counts that has not told any figures yet. */
function plannedUnit({ task, unit }: Run['record']): ExampleUnit {
  if (task === 'search') return 'pairs';
  if (task === 'complete') return unit === 'char' ? 'characters' : 'pieces';
  return 'gaps';
}

function readRecord(path: string): Readonly<Record<string, unknown>> {
  const text = textOf(path, MAX_SETTINGS_BYTES * 4);
  try {
    const record: unknown = JSON.parse(text);
    const isTable = typeof record === 'object' && record !== null && !Array.isArray(record);
    if (isTable) return record as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ModelFileError({ path, reason: 'this is no record of a run', advice: 'Name the folder of a run.' });
}

/** A last line that a killed run left unfinished is left out. */
function readMetrics(path: string): MetricsLine[] {
  if (!isThere(path)) return [];
  const lines = textOf(path, MAX_MODEL_BYTES).split('\n').filter((line) => line !== '');
  return lines.flatMap((text, k) => {
    try {
      const line = JSON.parse(text) as MetricsLine;
      if (line.type === 'train' || line.type === 'validation') return [line];
    } catch {
      if (k === lines.length - 1) return [];
    }
    throw new ModelFileError({ path: `${path}:${k + 1}`, reason: 'this is no line of metrics', advice: 'Mend or remove it.' });
  });
}

function textOf(path: string, limitBytes: number): string {
  try {
    return readRegularText(path, { limitBytes });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new ModelFileError({ path, reason: cause.clause, advice: 'Name the folder of a run.', cause });
  }
}

/** Long lists, such as a vocabulary, are told by their length. */
function settingsOf(value: unknown, name: string): [string, string][] {
  if (Array.isArray(value) && value.length > 8) return [[name, `${value.length} items`]];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return [[name, shown.length > 60 ? `${shown.slice(0, 57)}…` : shown]];
  }
  return Object.entries(value).flatMap(([key, inner]) => settingsOf(inner, name === '' ? key : `${name}.${key}`));
}
