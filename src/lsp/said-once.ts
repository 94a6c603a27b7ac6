/** Remembers what was said, so that nobody has to hear it again and again. */
export class SaidOnce {
  private readonly said = new Map<string, string>();

  /** True when this is news about a subject. */
  isNews(subject: string, message: string): boolean {
    if (this.said.get(subject) === message) return false;
    this.said.set(subject, message);
    return true;
  }

  /** It is over: the next time it is news again. */
  forget(subject: string): void {
    this.said.delete(subject);
  }
}
