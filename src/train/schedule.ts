export interface ScheduleConfig {
  readonly learningRate: number;
  /** Share of the learning rate left at the end. */
  readonly floor: number;
  /** Gaps over which the rate rises from 0. */
  readonly warmupGaps: number;
}

export const DEFAULT_SCHEDULE: ScheduleConfig = { learningRate: 2e-3, floor: 0.02, warmupGaps: 200_000 };

/** Linear warm-up, then half a cosine from the full rate to its floor. `done` in [0, 1]. */
export function learningRateAt(config: ScheduleConfig, gaps: number, done: number): number {
  const warm = config.warmupGaps > 0 ? Math.min(1, gaps / config.warmupGaps) : 1;
  const cosine = (1 + Math.cos(Math.PI * Math.min(1, done))) / 2;
  return config.learningRate * warm * (config.floor + (1 - config.floor) * cosine);
}
