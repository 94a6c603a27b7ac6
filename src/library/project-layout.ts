import { dirname, resolve } from 'node:path';
import { isLeftOut } from '../corpus/file-filter.js';
import { isGenerated } from '../corpus/foreign-code.js';
import { createPoliciesOn, loadBaseModel, type BaseModel, type FormatPolicy } from '../format/index.js';
import { projectRoot } from '../learn/project-files.js';
import { createEditorConfigReader } from '../options/editorconfig.js';
import { createSettingsFinder, type ProjectSettings } from '../options/project-settings.js';
import { createProfileFinder } from '../profile/index.js';
import type { Budget } from '../shared/budget.js';
import { lookAt } from '../shared/look-at-path.js';

const DEFAULT_MEGABYTES = 1024;
/** Models and profiles that are kept loaded. */
const MOST_LOADED = 4;

/** What whoever asks says about layout; null where he says nothing. Paths are absolute. */
export interface LayoutSettings {
  readonly model: string | null;
  /** False for none. */
  readonly profile: string | false | null;
  readonly confidence: number | null;
  readonly maxSeconds: number | null;
  readonly maxMemory: number | null;
  /** False: no `.editorconfig` is read. */
  readonly editorconfig?: boolean | null;
  /** Whether exclusions hold for what is given by name, where only `forced` ones do. */
  readonly forceExclude?: boolean | null;
}

/** A text, where it lies or would lie (null for one that belongs to no folder), and what was said about it. */
export interface SettledSource {
  readonly path: string | null;
  readonly text: string;
  readonly settings: LayoutSettings;
}

export interface ProjectLayoutOptions {
  /** What a source may take where neither settings nor project say anything. */
  readonly seconds: number;
  /** Which of the project's exclusions hold: all of them, or those of `force-exclude`. */
  readonly exclusions: 'all' | 'forced';
  /** The folder beyond which nothing is looked at, links followed; null for none. */
  readonly within?: string | null;
}

/** What a source is laid out by. */
export interface LayoutRules {
  readonly budget: Budget;
  readonly profilePath: string | null;
  /** Whether the Python blocks of pages are taken. */
  readonly markdown: boolean;
  /** The same object as long as model, profile and confidence are the same. @throws ModelFileError */
  readonly policy: () => FormatPolicy;
  /** What a profile that comes with a request is put on. @throws ModelFileError */
  readonly base: () => BaseModel;
}

/**
 * Finds what holds for a source: what was said, then `[tool.nnfmt]` above it, then the nearest profile. The
 * disk is looked at each time, which is cheap, so that nothing has to tell that a file has changed.
 */
export class ProjectLayout {
  private readonly bases = new Map<string, BaseModel>();
  private readonly policies = new Map<string, FormatPolicy>();
  private readonly options: Required<ProjectLayoutOptions>;

  constructor(options: ProjectLayoutOptions) {
    this.options = { within: null, ...options };
  }

  /** @returns null for a file that the project leaves out @throws BadOptionError for settings that cannot be used */
  rulesFor({ path, text, settings }: SettledSource): LayoutRules | null {
    const { seconds, exclusions, within } = this.options;
    const project = path === null ? null : createSettingsFinder({ within })(dirname(path));
    const said = { ...project?.values, ...spoken(settings) } as Partial<SpokenSettings>;
    const areForced = exclusions === 'all' || said.forceExclude === true;
    if (path !== null && areForced && isExcluded(path, text, project, within)) return null;
    const profilePath =
      said.profile === false || (said.profile === undefined && path === null)
        ? null
        : said.profile ?? createProfileFinder(within)(path!);
    return {
      budget: {
        seconds: said.maxSeconds ?? seconds, bytes: 1_000_000 * (said.maxMemory ?? DEFAULT_MEGABYTES),
      },
      profilePath,
      markdown: said.markdown === true,
      policy: () => this.policy(said, profilePath, path),
      base: () => this.base(said),
    };
  }

  private base({ model, confidence }: Partial<SpokenSettings>): BaseModel {
    return remembered(this.bases, JSON.stringify([model, confidence]), () => loadBaseModel({
      ...(model === undefined ? {} : { modelPath: model }),
      ...(confidence === undefined ? {} : { confidence }),
    }));
  }

  private policy(said: Partial<SpokenSettings>, profilePath: string | null, path: string | null): FormatPolicy {
    const baseKey = JSON.stringify([said.model, said.confidence]);
    const base = this.base(said);
    const isAssumed = profilePath === null && path !== null && said.editorconfig !== false;
    const assumed = isAssumed ? createEditorConfigReader(this.options.within)(path) : null;
    return remembered(this.policies, JSON.stringify([baseKey, profilePath, stampOf(profilePath), assumed]), () => {
      const policy = createPoliciesOn(base, { profilePath })(null);
      return assumed === null ? policy : { ...policy, assumed };
    });
  }
}

/** Settings that somebody made. */
interface SpokenSettings {
  readonly model: string;
  readonly profile: string | false;
  readonly confidence: number;
  readonly editorconfig: boolean;
  readonly maxSeconds: number;
  readonly maxMemory: number;
  readonly forceExclude: boolean;
  readonly markdown: boolean;
}

const spoken = (settings: LayoutSettings): Partial<SpokenSettings> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));

/** As `--force-exclude` has it: formatting on save must not touch what the project leaves out. */
function isExcluded(
  path: string, text: string, project: ProjectSettings | null, within: string | null,
): boolean {
  const values = (project?.values ?? {}) as {
    readonly exclude?: readonly string[]; readonly includeVendored?: boolean;
  };
  const takesForeign = values.includeVendored === true;
  const folder = project?.folder ?? within ?? projectRoot([path]);
  const filter = {
    include: { folder, patterns: [] }, exclude: { folder, patterns: values.exclude ?? [] },
    leaveOutForeign: !takesForeign,
  };
  return isLeftOut(resolve(path), false, filter) || (!takesForeign && isGenerated(text));
}

/** Tells the contents of a file apart. */
export function stampOf(path: string | null): string | null {
  if (path === null) return null;
  const { kind, stats } = lookAt(path);
  return `${kind} ${stats?.mtimeMs} ${stats?.size} ${stats?.ino}`;
}

/** A value made once for each key; of those that were not asked for lately, none is kept. */
export function remembered<V>(known: Map<string, V>, key: string, make: () => V): V {
  const value = known.has(key) ? known.get(key)! : make();
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > MOST_LOADED) known.delete(oldest);
  return value;
}
