import { EVIDENCE_COLUMNS, writeEvidence, type FileState, type Weight } from '../../format/certainty/edit-judge.js';
import type { TreeExamples } from '../../train/trees/grow-trees.js';

/** Changes with what speaks for them, and whether they give back what the author wrote. */
export class ChangeExamples {
  private readonly rows: Float32Array[] = [];
  private readonly labels: number[] = [];
  private readonly weights: number[] = [];
  /** What each example is of; for those who measure. */
  readonly notes: string[] = [];

  get count(): number {
    return this.labels.length;
  }

  /** Takes a change that was weighed with its evidence; one without is passed over. */
  add({ says, evidence }: Weight, file: FileState, isRight: boolean, weight: number, note: string): void {
    if (evidence === null) return;
    const row = new Float32Array(EVIDENCE_COLUMNS.length);
    writeEvidence(row, evidence(), says, file);
    this.rows.push(row);
    this.labels.push(isRight ? 1 : 0);
    this.weights.push(weight);
    this.notes.push(note);
  }

  /** All of them, or those whose note satisfies a condition. */
  toTreeExamples(holds: (note: string) => boolean = () => true): TreeExamples {
    const chosen = this.notes.flatMap((note, k) => (holds(note) ? [k] : []));
    const rows = new Float32Array(chosen.length * EVIDENCE_COLUMNS.length);
    chosen.forEach((k, at) => rows.set(this.rows[k], at * EVIDENCE_COLUMNS.length));
    return {
      columns: EVIDENCE_COLUMNS, rows,
      labels: Uint8Array.from(chosen, (k) => this.labels[k]),
      weights: Float32Array.from(chosen, (k) => this.weights[k]),
    };
  }
}
