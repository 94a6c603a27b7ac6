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
import type { LayoutSettings, LayoutSource } from './layout-jobs.js';

/** What holds where neither editor nor project says anything: people wait. */
const DEFAULT_SECONDS = 15;
const DEFAULT_MEGABYTES = 1024;
/** Models and profiles that are kept loaded. */
const MOST_LOADED = 4;

/** What a source is laid out by. */
export interface LayoutRules {
  readonly budget: Budget;
  readonly profilePath: string | null;
  /** The same object as long as model, profile and confidence are the same. @throws ModelFileError */
  readonly policy: () => FormatPolicy;
}

/**
 * Finds what holds for a source: the editor's settings, then `[tool.nnfmt]` above it, then the nearest profile. The
 * disk is looked at each time, which is cheap, so that nothing has to tell that a file has changed.
 */
export class ProjectLayout {
  private readonly bases = new Map<string, BaseModel>();
  private readonly policies = new Map<string, FormatPolicy>();

  /** @returns null for a file that the project leaves out @throws BadOptionError for settings that cannot be used */
  rulesFor({ path, text, settings }: LayoutSource): LayoutRules | null {
    const project = path === null ? null : createSettingsFinder()(dirname(path));
    if (path !== null && isExcluded(path, text, project)) return null;
    const said = { ...project?.values, ...spoken(settings) } as Partial<SpokenSettings>;
    const profilePath =
      said.profile === false || (said.profile === undefined && path === null)
        ? null
        : said.profile ?? createProfileFinder()(path!);
    return {
      budget: {
        seconds: said.maxSeconds ?? DEFAULT_SECONDS, bytes: 1_000_000 * (said.maxMemory ?? DEFAULT_MEGABYTES),
      },
      profilePath,
      policy: () => this.policy(said, profilePath, path),
    };
  }

  private policy(said: Partial<SpokenSettings>, profilePath: string | null, path: string | null): FormatPolicy {
    const baseKey = JSON.stringify([said.model, said.confidence]);
    const { model, confidence } = said;
    const base = remembered(this.bases, baseKey, () => loadBaseModel({
      ...(model === undefined ? {} : { modelPath: model }),
      ...(confidence === undefined ? {} : { confidence }),
    }));
    const assumed =
      profilePath !== null || path === null || said.editorconfig === false ? null : createEditorConfigReader()(path);
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
}

const spoken = (settings: LayoutSettings): Partial<SpokenSettings> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));

/** As `--force-exclude` has it: formatting on save must not touch what the project leaves out. */
function isExcluded(path: string, text: string, project: ProjectSettings | null): boolean {
  const values = (project?.values ?? {}) as {
    readonly exclude?: readonly string[]; readonly includeVendored?: boolean;
  };
  const takesForeign = values.includeVendored === true;
  const folder = project?.folder ?? projectRoot([path]);
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
