export const SCHEDULE_NAMES = ['cosine', 'linear', 'constant'] as const;

export interface ScheduleConfig {
  /** How the rate falls after the warm-up; a cosine unless given. */
  readonly shape?: (typeof SCHEDULE_NAMES)[number];
  readonly learningRate: number;
  /** Share of the learning rate left at the end. */
  readonly floor: number;
  /** Examples over which the rate rises from 0. */
  readonly warmupExamples: number;
}

export const DEFAULT_SCHEDULE: ScheduleConfig = { learningRate: 2e-3, floor: 0.02, warmupExamples: 200_000 };

/** Linear warm-up, then half a cosine (or a line, or nothing) from the full rate to its floor. `done` in [0, 1]. */
export function learningRateAt(config: ScheduleConfig, examples: number, done: number): number {
  const warm = config.warmupExamples > 0 ? Math.min(1, examples / config.warmupExamples) : 1;
  const end = Math.min(1, done);
  const left =
    config.shape === 'constant' ? 1 : config.shape === 'linear' ? 1 - end : (1 + Math.cos(Math.PI * end)) / 2;
  return config.learningRate * warm * (config.floor + (1 - config.floor) * left);
}
