/** Habits that are named; more say no more. */
const MOST_NAMED = 3;

/** Collects what files do throughout and other projects do not, to tell of it once a run. */
export class KeptHabits {
  private files = 0;
  private readonly counts = new Map<string, number>();

  /** @param habits of one file, in words */
  add(habits: readonly string[] | undefined): void {
    if (habits === undefined || habits.length === 0) return;
    this.files++;
    for (const habit of habits) this.counts.set(habit, (this.counts.get(habit) ?? 0) + 1);
  }

  /** One line for the user; null where no file showed such a habit. */
  line(): string | null {
    if (this.files === 0) return null;
    const names = [...this.counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
    const more = names.length > MOST_NAMED ? ', …' : '';
    const who = this.files === 1 ? '1 file keeps habits of its own' : `${this.files} files keep habits of their own`;
    return `${who} (${names.slice(0, MOST_NAMED).join(', ')}${more}): \`nnfmt train\` makes them the project's.`;
  }
}
