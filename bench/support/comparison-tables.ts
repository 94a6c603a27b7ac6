import type { RestorationFigures } from '../../src/evaluate/index.js';
import { dotPlotSvg } from './dot-plot.js';
import { figure, mean, table } from './markdown.js';
import type { PeerSettings } from './peers.js';

/** Figures of one tool on the files of one project with one damage. */
export interface ComparisonRow {
  readonly project: string;
  /** Name of the damage, and whether nnfmt's mutator did it. */
  readonly input: string;
  readonly kind: 'mutant' | 'damage';
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

export const PROFILE = 'nnfmt, profile';
export const BASE = 'nnfmt, base';
const isPeer = (tool: string): boolean => !tool.startsWith('nnfmt');
const isTuned = (tool: string): boolean => !tool.endsWith(', defaults');

export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  readonly choices: readonly PeerChoice[];
}

/** The tables of nnfmt's own mutants as Markdown. */
export function comparisonText({ rows, choices }: Comparison): string {
  const own = rows.filter(({ kind }) => kind === 'mutant');
  return [
    '### Mean over projects', cleanTable(own), meanTable(own),
    '### Project by project', 'Exact; the best peer in bold.', projectTable(own),
    '### Where the profile is below the best peer', shortfallTable(own),
    '### Blank lines', 'Wrong gaps, all projects together.', blankTable(own),
    '### What the peers refused or edited', failureTable(own),
    '### The settings found', settingsTable(choices),
  ].join('\n\n');
}

/** The tables of the second damage. */
export function damageText({ rows }: Comparison): string {
  const own = rows.filter(({ kind }) => kind === 'damage');
  return [damageTable(own), 'Exact, base → profile, best peer:', damageProjectTable(own)].join('\n\n');
}

/** Wrong gaps of all tools with their best settings, a panel an input. */
export function comparisonSvg({ rows }: Comparison): string {
  return dotPlotSvg('Gaps that differ from the author\'s; a dot a project, a bar the mean', inputsOf(rows).map((input) => ({
    title: input,
    rows: byTool(rows, input).filter(([tool]) => isTuned(tool) && !tool.startsWith('*')).map(([name, list]) => ({
      name, values: list.map(({ figures }) => figures.changed), isOurs: !isPeer(name),
    })),
  })));
}

const unique = <Value>(list: readonly Value[]): Value[] => [...new Set(list)];
const inputsOf = (rows: readonly ComparisonRow[]): string[] => unique(rows.map(({ input }) => input));
const projectsOf = (rows: readonly ComparisonRow[]): string[] => unique(rows.map(({ project }) => project));
const toolsOf = (rows: readonly ComparisonRow[]): string[] => unique(rows.map(({ tool }) => tool));
const CLEAN = 'clean';
export const rateName = (rate: number): string => (rate === 0 ? CLEAN : rate === 1 ? 'every gap' : `${100 * rate} %`);

/** The peer, with its best settings or its defaults, that has the highest figure on a project's input. */
export function bestPeer(
  rows: readonly ComparisonRow[],
  { project, input, figure: name = 'exact' }: { project: string; input: string; figure?: 'exact' | 'score' },
): ComparisonRow | undefined {
  return rows
    .filter((row) => row.project === project && row.input === input && isPeer(row.tool))
    .reduce<ComparisonRow | undefined>((best, row) => (best === undefined || row.figures[name] > best.figures[name] ? row : best), undefined);
}

/** The rows of each tool on an input, and those of the peer that is best in each project. */
function byTool(rows: readonly ComparisonRow[], input: string): [string, ComparisonRow[]][] {
  const own = rows.filter((row) => row.input === input);
  const best = projectsOf(own).flatMap((project) => bestPeer(own, { project, input }) ?? []);
  const groups = toolsOf(own).map((tool): [string, ComparisonRow[]] => [tool, own.filter((row) => row.tool === tool)]);
  return best.length === 0 ? groups : [...groups, ['*best peer of each project*', best]];
}

const meanOf = (rows: readonly ComparisonRow[], of: (figures: RestorationFigures) => number): number => mean(rows.map(({ figures }) => of(figures)));

function cleanTable(rows: readonly ComparisonRow[]): string {
  return table(
    ['clean input', 'gaps changed', 'files untouched'],
    byTool(rows, CLEAN).map(([tool, list]) => [
      tool, meanOf(list, ({ changed }) => changed).toFixed(5).replace(/^0/u, ''), figure(meanOf(list, ({ untouched }) => untouched)),
    ]),
  );
}

function meanTable(rows: readonly ComparisonRow[]): string {
  const lines = inputsOf(rows).filter((input) => input !== CLEAN).flatMap((input) => {
    const groups = byTool(rows, input);
    const first = groups[0][1];
    const nothing = [input, 'nothing done', figure(meanOf(first, ({ inputExact }) => inputExact)), figure(meanOf(first, ({ inputScore }) => inputScore)), '', ''];
    return [nothing, ...groups.map(([tool, list]) => [
      input, tool, ...(['exact', 'score', 'editPrecision', 'untouched'] as const).map((name) => figure(meanOf(list, (figures) => figures[name]))),
    ])];
  });
  return table(['input', 'formatter', 'exact', 'score', 'precision of edits', 'files as the author left them'], lines);
}

function projectTable(rows: readonly ComparisonRow[]): string {
  const tools = toolsOf(rows).filter(isTuned);
  const lines = inputsOf(rows).flatMap((input) => projectsOf(rows.filter((row) => row.input === input)).map((project) => {
    const own = rows.filter((row) => row.input === input && row.project === project);
    const best = bestPeer(rows, { project, input });
    return [
      input, project, String(own[0].figures.files), figure(own[0].figures.inputExact),
      ...tools.map((tool) => {
        const row = own.find((candidate) => candidate.tool === tool);
        if (row === undefined) return '';
        const text = figure(row.figures.exact);
        return row === best ? `**${text}**` : text;
      }),
      best === undefined ? '' : `${best.tool} ${figure(best.figures.exact)}`,
    ];
  }));
  return table(['input', 'project', 'files', 'as it is', ...tools, 'best peer'], lines);
}

function damageTable(rows: readonly ComparisonRow[]): string {
  return table(
    ['damage', 'files', 'as it is: exact / score', 'base', 'profile', 'best peer', 'precision: base', 'profile', 'best peer'],
    inputsOf(rows).map((input) => {
      const groups = byTool(rows, input);
      const shown = [BASE, PROFILE, '*best peer of each project*'].map((tool) => groups.find(([name]) => name === tool)?.[1]);
      const first = shown[0]!;
      const both = (list: readonly ComparisonRow[] | undefined): string =>
        list === undefined ? '' : `${figure(meanOf(list, ({ exact }) => exact))} / ${figure(meanOf(list, ({ score }) => score))}`;
      return [
        input, String(first.reduce((sum, { figures }) => sum + figures.files, 0)),
        `${figure(meanOf(first, ({ inputExact }) => inputExact))} / ${figure(meanOf(first, ({ inputScore }) => inputScore))}`,
        ...shown.map(both),
        ...shown.map((list) => (list === undefined ? '' : figure(meanOf(list, ({ editPrecision }) => editPrecision)))),
      ];
    }),
  );
}

function damageProjectTable(rows: readonly ComparisonRow[]): string {
  const projects = projectsOf(rows);
  return table(['damage', ...projects], inputsOf(rows).map((input) => [
    input,
    ...projects.map((project) => {
      const [base, profile] = [BASE, PROFILE].map((tool) => rows.find((row) => row.input === input && row.project === project && row.tool === tool));
      const best = bestPeer(rows, { project, input });
      if (base === undefined || profile === undefined) return '';
      const pair = `${figure(base.figures.exact)} → ${figure(profile.figures.exact)}`;
      return best === undefined ? pair : `${pair}, ${figure(best.figures.exact)}`;
    }),
  ]));
}

/** A figure in which the profile is below the best peer. */
export interface Shortfall {
  readonly figure: 'exact' | 'score';
  readonly profile: ComparisonRow;
  readonly base: ComparisonRow;
  readonly best: ComparisonRow;
}

/** Where the profile is below the peer that is best in a figure. */
export function shortfalls(rows: readonly ComparisonRow[]): Shortfall[] {
  return (['exact', 'score'] as const).flatMap((name) => rows.filter(({ tool }) => tool === PROFILE).flatMap((profile) => {
    const { project, input } = profile;
    const best = bestPeer(rows, { project, input, figure: name });
    const base = rows.find((row) => row.tool === BASE && row.project === project && row.input === input);
    if (best === undefined || base === undefined || best.figures[name] <= profile.figures[name]) return [];
    return [{ figure: name, profile, base, best }];
  }));
}

function shortfallTable(rows: readonly ComparisonRow[]): string {
  const below = shortfalls(rows);
  if (below.length === 0) return 'Nowhere, neither in exact nor in score.';
  return table(
    ['figure', 'input', 'project', 'best peer', 'reaches', 'profile', 'base', 'profile - peer'],
    below.map(({ figure: name, profile, base, best }) => [
      name, profile.input, profile.project, best.tool, figure(best.figures[name]), figure(profile.figures[name]),
      figure(base.figures[name]), (profile.figures[name] - best.figures[name]).toFixed(4),
    ]),
  );
}

function blankTable(rows: readonly ComparisonRow[]): string {
  const tools = toolsOf(rows).filter(isTuned);
  const classes = [['inside functions', 'blankLinesInside'], ['between definitions', 'blankLinesBetween']] as const;
  const lines = inputsOf(rows).flatMap((input) => classes.map(([title, key]) => {
    const sum = (tool: string, of: 'compared' | 'changed'): string =>
      String(rows.filter((row) => row.input === input && row.tool === tool).reduce((total, row) => total + row.figures.classes[key][of], 0));
    return [input, title, sum(tools[0], 'compared'), ...tools.map((tool) => sum(tool, 'changed'))];
  }));
  return table(['input', 'blank lines', 'gaps', ...tools], lines);
}

function failureTable(rows: readonly ComparisonRow[]): string {
  const inputs = inputsOf(rows);
  return table(
    ['files refused / with edited tokens', ...inputs, 'of'],
    toolsOf(rows).filter(isPeer).map((tool) => {
      const own = (input: string): ComparisonRow[] => rows.filter((row) => row.tool === tool && row.input === input);
      const sum = (input: string, of: (row: ComparisonRow) => number): number => own(input).reduce((total, row) => total + of(row), 0);
      return [
        tool, ...inputs.map((input) => `${sum(input, ({ failed }) => failed)} / ${sum(input, ({ edited }) => edited)}`),
        String(sum(inputs[0], ({ figures }) => figures.files)),
      ];
    }),
  );
}

function settingsTable(choices: readonly PeerChoice[]): string {
  const show = (settings: PeerSettings): string => Object.entries(settings).map(([key, value]) => `${key}=${value}`).join(' ');
  return table(['project', 'formatter', 'settings'], choices.map(({ project, peer, version, settings }) => [project, `${peer} ${version}`, show(settings)]));
}
