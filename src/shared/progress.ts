/** Shows how far a long task is: a bar on a terminal, now and then a line elsewhere. */

export interface ProgressTarget {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ProgressOptions {
  /** Usually process.stderr, so that standard output stays clean. */
  readonly target: ProgressTarget;
  readonly quiet: boolean;
  /** Milliseconds. */
  readonly now: () => number;
  /** Between two lines where there is no terminal. */
  readonly lineIntervalMs?: number;
}

export interface Progress {
  /** `done` in [0, 1]; `text` is what to say beside the bar, such as loss and rate. */
  update(done: number, text: string): void;
  /** Prints a line that stays, above the bar. */
  note(line: string): void;
  /** Removes the bar. */
  finish(): void;
}

const BAR_INTERVAL_MS = 100;
const BAR_WIDTH = 24;
/** Of the task, before its pace tells anything. */
const LEAST_GAINED = 0.01;

export function createProgress(options: ProgressOptions): Progress {
  const { target, quiet, now } = options;
  if (quiet) return { update() {}, note() {}, finish() {} };
  const terminal = target.isTTY === true;
  const intervalMs = terminal ? BAR_INTERVAL_MS : (options.lineIntervalMs ?? 5000);
  /** When it was first told of, and how far the task was then. */
  let first: { readonly ms: number; readonly done: number } | undefined;
  let lastMs = terminal ? -Infinity : now();
  let shown = false;

  const clear = (): void => {
    if (shown) target.write('\r\x1b[2K');
    shown = false;
  };
  return {
    update(done, text) {
      const nowMs = now();
      first ??= { ms: nowMs, done };
      if (nowMs - lastMs < intervalMs) return;
      lastMs = nowMs;
      const left = timeLeft(nowMs - first.ms, done, first.done);
      const percent = `${Math.floor(100 * done)}%`;
      if (!terminal) {
        target.write(`${percent} ${text}${left}\n`);
        return;
      }
      const filled = Math.round(BAR_WIDTH * Math.min(1, Math.max(0, done)));
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const line = `${bar} ${percent.padStart(4)} ${text}${left}`;
      clear();
      target.write(line.slice(0, (target.columns ?? 80) - 1));
      shown = true;
    },
    note(line) {
      clear();
      target.write(`${line}\n`);
    },
    finish: clear,
  };
}

/** From the pace since the first update, which is not at 0 when a run was resumed. */
function timeLeft(elapsedMs: number, done: number, firstDone: number): string {
  const gained = done - firstDone;
  if (gained < LEAST_GAINED || elapsedMs < 1000 || done >= 1) return '';
  return `, ${formatDuration((elapsedMs * (1 - done)) / gained)} left`;
}

/** "about 40 s", "about 1 min 15 s": no more exact than an estimate is. */
export function formatEstimate(durationMs: number): string {
  const step = durationMs < 60_000 ? 5000 : 15_000;
  return `about ${formatDuration(Math.max(step, step * Math.round(durationMs / step)))}`;
}

/** "42 s", "3 min 05 s", "2 h 07 min". */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
