/**
 * Tells a message that many files share, such as that of a damaged profile, once: the others are
 * counted, and told at the end.
 */
export class RepeatedFaults {
  private readonly counts = new Map<string, number>();

  /** True where the message has not been told yet. */
  isNew(message: string): boolean {
    const count = this.counts.get(message) ?? 0;
    this.counts.set(message, count + 1);
    return count === 0;
  }

  /** A line for each message that came more than once, by what it begins with: the path that it speaks of. */
  summary(): string[] {
    return [...this.counts]
      .filter(([, count]) => count > 1)
      .map(([message, count]) =>
        `${message.split(': ', 1)[0]!}: the same for ${count - 1} more file${count === 2 ? '' : 's'}.`);
  }
}
