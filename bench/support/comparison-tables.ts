import type { RestorationFigures } from '../../src/evaluate/index.js';
import { figure, mean, table } from './markdown.js';
import type { PeerSettings } from './peers.js';

/** Figures of one tool on one project at one rate. */
export interface ComparisonRow {
  readonly project: string;
  readonly rate: number;
  /** `nnfmt, base`, `nnfmt, profile`, a peer's name with its best settings, or `NAME, defaults`. */
  readonly tool: string;
  readonly figures: RestorationFigures;
  readonly failed: number;
  readonly edited: number;
}

/** The settings found for a project. */
export interface PeerChoice {
  readonly project: string;
  readonly peer: string;
  readonly version: string;
  readonly settings: PeerSettings;
}

const PROFILE = 'nnfmt, profile';
const BASE = 'nnfmt, base';
const isPeer = (tool: string): boolean => !tool.startsWith('nnfmt');

export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  readonly choices: readonly PeerChoice[];
}

/** All tables as Markdown. */
export function comparisonText(comparison: Comparison): string {
  return [
    '### Mean over projects', meanTable(comparison),
    '### Project by project', projectTable(comparison),
    '### Where the profile is below the best peer', belowTable(comparison),
    '### Blank lines', blankTable(comparison),
    '### What the peers refused or edited', failureTable(comparison),
    '### The settings found', settingsTable(comparison),
  ].join('\n\n');
}

const unique = <Value>(list: readonly Value[]): Value[] => [...new Set(list)];
export const rateName = (rate: number): string => (rate === 0 ? 'clean' : rate === 1 ? 'all gaps' : `${100 * rate} %`);

/** The peer, with its best settings or its defaults, that has the highest figure on a project at a rate. */
export function bestPeer(
  rows: readonly ComparisonRow[],
  { project, rate, figure = 'exact' }: { project: string; rate: number; figure?: 'exact' | 'score' },
): ComparisonRow | undefined {
  return rows
    .filter((row) => row.project === project && row.rate === rate && isPeer(row.tool))
    .reduce<ComparisonRow | undefined>((best, row) => (best === undefined || row.figures[figure] > best.figures[figure] ? row : best), undefined);
}

function meanTable({ rows }: Comparison): string {
  const lines: string[][] = [];
  for (const rate of unique(rows.map((row) => row.rate))) {
    const ofRate = rows.filter((row) => row.rate === rate);
    const line = (tool: string, list: readonly ComparisonRow[], of: (figures: RestorationFigures) => (string | number)[]): void => {
      const cells = list.map(({ figures }) => of(figures));
      lines.push([rateName(rate), tool, ...cells[0].map((first, k) => (typeof first === 'string' ? first : figure(mean(cells.map((row) => row[k] as number)))))]);
    };
    const [{ tool: first }] = ofRate;
    if (rate !== 0) line('nothing done', ofRate.filter(({ tool }) => tool === first), (figures) => [figures.inputExact, figures.inputScore, '', '']);
    for (const tool of unique(ofRate.map((row) => row.tool))) {
      line(tool, ofRate.filter((row) => row.tool === tool), ({ exact, score, untouched, editPrecision }) => [exact, score, untouched, rate === 0 ? '' : editPrecision]);
    }
    const projects = unique(ofRate.map(({ project }) => project));
    const best = projects.flatMap((project) => bestPeer(rows, { project, rate }) ?? []);
    if (best.length > 0) line('*best peer of each project*', best, ({ exact, score, untouched, editPrecision }) => [exact, score, untouched, rate === 0 ? '' : editPrecision]);
  }
  return table(['input', 'formatter', 'exact', 'score', 'files as the author left them', 'precision of edits'], lines);
}

function projectTable({ rows }: Comparison): string {
  const tools = unique(rows.map(({ tool }) => tool)).filter((tool) => !tool.endsWith('defaults'));
  const lines = unique(rows.map(({ rate }) => rate)).flatMap((rate) => unique(rows.map(({ project }) => project)).map((project) => {
    const own = rows.filter((row) => row.rate === rate && row.project === project);
    const best = bestPeer(rows, { project, rate });
    return [
      rateName(rate), project, String(own[0].figures.files), figure(own[0].figures.inputExact),
      ...tools.map((tool) => {
        const row = own.find((candidate) => candidate.tool === tool);
        if (row === undefined) return '';
        const text = figure(row.figures.exact);
        return row === best ? `**${text}**` : text;
      }),
      best === undefined ? '' : best.tool,
    ];
  }));
  return table(['input', 'project', 'files', 'as it is', ...tools, 'best peer'], lines);
}

/** A figure in which the profile is below the best peer. */
export interface Shortfall {
  readonly figure: 'exact' | 'score';
  readonly profile: ComparisonRow;
  readonly base: ComparisonRow;
  readonly best: ComparisonRow;
}

/** Where the profile is below the peer that is best in a figure. */
export function shortfalls({ rows }: Comparison): Shortfall[] {
  return (['exact', 'score'] as const).flatMap((figure) => rows.filter(({ tool }) => tool === PROFILE).flatMap((profile) => {
    const { project, rate } = profile;
    const best = bestPeer(rows, { project, rate, figure });
    const base = rows.find((row) => row.tool === BASE && row.project === project && row.rate === rate);
    if (best === undefined || base === undefined || best.figures[figure] <= profile.figures[figure]) return [];
    return [{ figure, profile, base, best }];
  }));
}

function belowTable(comparison: Comparison): string {
  const below = shortfalls(comparison);
  if (below.length === 0) return 'Nowhere.';
  return table(
    ['figure', 'input', 'project', 'best peer', 'reaches', 'profile', 'base', 'profile - peer'],
    below.map(({ figure: name, profile, base, best }) => [
      name, rateName(profile.rate), profile.project, best.tool, figure(best.figures[name]), figure(profile.figures[name]),
      figure(base.figures[name]), (profile.figures[name] - best.figures[name]).toFixed(4),
    ]),
  );
}

function blankTable({ rows }: Comparison): string {
  const tools = unique(rows.map(({ tool }) => tool)).filter((tool) => !tool.endsWith('defaults'));
  const classes = [['inside functions', 'blankLinesInside'], ['between definitions', 'blankLinesBetween']] as const;
  const lines = unique(rows.map(({ rate }) => rate)).flatMap((rate) => classes.map(([title, key]) => [
    rateName(rate), title,
    String(rows.filter((row) => row.rate === rate && row.tool === tools[0]).reduce((sum, row) => sum + row.figures.classes[key].compared, 0)),
    ...tools.map((tool) => String(rows.filter((row) => row.rate === rate && row.tool === tool).reduce((sum, row) => sum + row.figures.classes[key].changed, 0))),
  ]));
  return table(['input', 'wrong gaps', 'of', ...tools], lines);
}

function failureTable({ rows }: Comparison): string {
  const tools = unique(rows.map(({ tool }) => tool)).filter(isPeer);
  const rates = unique(rows.map(({ rate }) => rate));
  const sum = (tool: string, rate: number, of: (row: ComparisonRow) => number): number =>
    rows.filter((row) => row.tool === tool && row.rate === rate).reduce((total, row) => total + of(row), 0);
  return table(
    ['formatter', ...rates.map((rate) => `${rateName(rate)}: refused / edited, of`)],
    tools.map((tool) => [
      tool,
      ...rates.map((rate) => `${sum(tool, rate, (row) => row.failed)} / ${sum(tool, rate, (row) => row.edited)}, ${sum(tool, rate, (row) => row.figures.files)}`),
    ]),
  );
}

function settingsTable({ choices }: Comparison): string {
  const show = (settings: PeerSettings): string => Object.entries(settings).map(([key, value]) => `${key}=${value}`).join(' ');
  return table(['project', 'formatter', 'settings'], choices.map(({ project, peer, version, settings }) => [project, `${peer} ${version}`, show(settings)]));
}
