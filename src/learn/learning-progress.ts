/** The parts of learning in their order. */
export const LEARNING_PHASES = ['reading', 'tuning', 'strength', 'thresholds', 'habits', 'figures'] as const;
export type LearningPhase = (typeof LEARNING_PHASES)[number];

/** Milliseconds that each part is likely to take. */
export type PhaseTimes = Readonly<Record<LearningPhase, number>>;

/** Tells of all parts of learning as of one course from 0 to 1, in which each takes the room of its time. */
export class LearningProgress {
  private told = 0;
  /** Where the parts begin that are yet to come, and the first of them. */
  private from = 0;
  private firstPhase = 0;

  constructor(
    private readonly tell: (done: number, text: string) => void,
    private times: PhaseTimes,
  ) {}

  /** Another estimate of what comes from a part on; what has been told stays told. */
  expect(phase: LearningPhase, times: PhaseTimes): void {
    this.from = this.told;
    this.firstPhase = LEARNING_PHASES.indexOf(phase);
    this.times = times;
  }

  /** @param done share of this part, in [0, 1] */
  update(phase: LearningPhase, done: number, text: string): void {
    const left = LEARNING_PHASES.slice(this.firstPhase);
    const sum = (phases: readonly LearningPhase[]): number =>
      phases.reduce((total, one) => total + this.times[one], 0);
    const gone = sum(left.slice(0, left.indexOf(phase))) + done * this.times[phase];
    const share = gone / Math.max(1, sum(left));
    this.told = Math.max(this.told, Math.min(1, this.from + (1 - this.from) * share));
    this.tell(this.told, text);
  }
}
