import { type Run, type RunPoint } from './read-run.js';

/** A run in one line. */
export interface RunFigures {
  readonly task: string;
  readonly examples: number;
  /** Of the last stretch of training; null before the first. */
  readonly lossNats: number | null;
  /** The lowest validation loss. */
  readonly bestLossNats: number | null;
  /** Of the last line that tells it, of validation where there is one. */
  readonly accuracy: number | null;
  /** Examples; the median of all stretches. */
  readonly perSecond: number | null;
  readonly seed: string;
  readonly revision: string;
}

export function runFigures({ record, settings, points }: Run): RunFigures {
  const of = (type: RunPoint['type']): readonly RunPoint[] => points.filter((point) => point.type === type);
  const losses = of('validation').map(({ lossNats }) => lossNats);
  const told = (list: readonly RunPoint[]): number | null =>
    list.findLast(({ accuracy }) => accuracy !== null && accuracy > 0)?.accuracy ?? null;
  const paces = of('train').flatMap(({ perSecond }) => (perSecond === null ? [] : [perSecond])).sort((a, b) => a - b);
  return {
    task: typeof record['task'] === 'string' ? record['task'] : 'base',
    examples: points.reduce((most, { examples }) => Math.max(most, examples), 0),
    lossNats: of('train').at(-1)?.lossNats ?? null,
    bestLossNats: losses.length === 0 ? null : Math.min(...losses),
    accuracy: told(of('validation')) ?? told(of('train')),
    perSecond: paces.length === 0 ? null : paces[Math.floor(paces.length / 2)],
    seed: settings.get('seed') ?? '-',
    revision: settings.get('codeRevision') ?? '-',
  };
}

/** Names of settings that are not the same in all runs. */
export function differingSettings(runs: readonly Pick<Run, 'settings'>[]): readonly string[] {
  const names = [...new Set(runs.flatMap(({ settings }) => [...settings.keys()]))];
  return names.filter((name) => new Set(runs.map(({ settings }) => settings.get(name))).size > 1);
}
