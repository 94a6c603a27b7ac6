/** How often something was seen, in how many files and in which projects, and the first files. */
export interface Seen {
  count: number;
  files: number;
  readonly projects: Set<string>;
  readonly paths: string[];
}

const MOST_PATHS = 3;

/** Counts by name. */
export class Counter {
  private readonly byName = new Map<string, Seen>();
  private total = 0;

  add(name: string, project: string, path: string): void {
    let seen = this.byName.get(name);
    if (seen === undefined) this.byName.set(name, (seen = { count: 0, files: 0, projects: new Set(), paths: [] }));
    seen.count++;
    this.total++;
    if (this.lastFile.get(name) === path) return;
    this.lastFile.set(name, path);
    seen.files++;
    seen.projects.add(project);
    if (seen.paths.length < MOST_PATHS) seen.paths.push(path);
  }
  private readonly lastFile = new Map<string, string>();

  seen(name: string): Seen | undefined {
    return this.byName.get(name);
  }
  of(name: string): number {
    return this.byName.get(name)?.count ?? 0;
  }
  share(name: string): number {
    return this.total === 0 ? 0 : this.of(name) / this.total;
  }
  names(): string[] {
    return [...this.byName.keys()];
  }
}

/** Nodes, tokens in nodes, and contexts of gaps of some files. */
export class KindCounts {
  readonly nodes = new Counter();
  readonly tokens = new Counter();
  readonly gaps = new Counter();
  files = 0;
  startFile(): void {
    this.files++;
  }
}
