import { figure, mean, table } from './markdown.js';
import { PROJECT_KINDS, type ProjectKind } from './project-kinds.js';

/** Figures of one tool on the files of one project, laid out by somebody else, or clean. */
export interface ForeignRow {
  readonly project: string;
  readonly projectKind: ProjectKind;
  /** A foreign kind, or `clean`. */
  readonly kind: string;
  /** `PROFILE`, `RESTYLE`, or a peer. */
  readonly tool: string;
  readonly files: number;
  readonly inputExact: number;
  readonly exact: number;
  readonly untouched: number;
}

/** Figures of foreign functions in files of a project. */
export interface FunctionRow {
  readonly project: string;
  readonly projectKind: ProjectKind;
  readonly kind: string;
  readonly functions: number;
  readonly inputExact: number;
  readonly exact: number;
  readonly whole: number;
  readonly elsewhere: number;
}

export interface ForeignFigures {
  readonly rows: readonly ForeignRow[];
  readonly functions: readonly FunctionRow[];
}

export const PROFILE = 'nnfmt, profile';
export const RESTYLE = 'nnfmt, restyle';
export const CLEAN = 'clean';
const isPeer = (tool: string): boolean => !tool.startsWith('nnfmt');
const unique = <Value>(list: readonly Value[]): Value[] => [...new Set(list)];
const shown = (list: readonly number[]): string => (list.length === 0 ? '' : figure(mean(list)));

/** One project's files in one style, with what each tool made of them. */
interface Pair {
  readonly project: string;
  readonly projectKind: ProjectKind;
  readonly kind: string;
  readonly given: number;
  readonly exact: ReadonlyMap<string, number>;
  readonly best: { readonly tool: string; readonly exact: number } | undefined;
}

function pairsOf(rows: readonly ForeignRow[]): Pair[] {
  const foreign = rows.filter(({ kind }) => kind !== CLEAN);
  return foreign.filter(({ tool }) => tool === RESTYLE).map((own) => {
    const list = foreign.filter((row) => row.project === own.project && row.kind === own.kind);
    const { project, projectKind, kind, inputExact } = own;
    const peers = list.filter(({ tool }) => isPeer(tool)).sort((a, b) => b.exact - a.exact);
    return { project, projectKind, kind, given: inputExact, exact: new Map(list.map(({ tool, exact }) => [tool, exact])), best: peers[0] };
  });
}

/** All tables as Markdown. */
export function foreignText({ rows, functions }: ForeignFigures): string {
  const pairs = pairsOf(rows);
  return [
    '### Foreign files: mean over all kinds and projects', meanTable(rows, pairs),
    '### By foreign kind and kind of project', kindTable(pairs),
    '### Project by project', 'Exact: as given → nnfmt, restyle, best peer.', projectTable(pairs),
    '### Where nnfmt is behind the best peer', behindTable(pairs),
    ...(functions.length === 0 ? [] : [
      '### A foreign function in an own file', 'Only its lines are formatted; gaps inside the function.', functionTable(functions),
    ]),
    '### Clean files under the profile', cleanTable(rows),
  ].join('\n\n');
}

const exactOf = (pairs: readonly Pair[], tool: string): number[] => pairs.flatMap(({ exact }) => exact.get(tool) ?? []);
const bestOf = (pairs: readonly Pair[]): number[] => pairs.flatMap(({ best }) => best?.exact ?? []);
const isBehind = ({ exact, best }: Pair): boolean => best !== undefined && exact.get(RESTYLE)! < best.exact;

function meanTable(rows: readonly ForeignRow[], pairs: readonly Pair[]): string {
  const scopes: [string, readonly Pair[]][] = [
    ['all', pairs],
    ...PROJECT_KINDS.map((kind): [string, readonly Pair[]] => [kind, pairs.filter(({ projectKind }) => projectKind === kind)]),
  ];
  const used = scopes.filter(([, list]) => list.length > 0);
  const line = (title: string, of: (list: readonly Pair[]) => number[]): string[] => [title, ...used.map(([, list]) => shown(of(list)))];
  const tools = unique(rows.map(({ tool }) => tool));
  const peers = tools.filter(isPeer);
  return table(['exact', ...used.map(([name, list]) => `${name} (${list.length})`)], [
    line('as given', (list) => list.map(({ given }) => given)),
    ...tools.filter((tool) => !isPeer(tool)).map((tool) => line(tool, (list) => exactOf(list, tool))),
    ...peers.map((tool) => line(tool, (list) => exactOf(list, tool))),
    ...(peers.length === 0 ? [] : [
      line('*best peer of each pair*', bestOf),
      ['*pairs behind the best peer*', ...used.map(([, list]) => `${list.filter(isBehind).length} of ${list.length}`)],
    ]),
  ]);
}

function kindTable(pairs: readonly Pair[]): string {
  const lines = unique(pairs.map(({ kind }) => kind)).flatMap((kind) => PROJECT_KINDS.flatMap((projectKind) => {
    const list = pairs.filter((pair) => pair.kind === kind && pair.projectKind === projectKind);
    if (list.length === 0) return [];
    return [[
      kind, `${projectKind} (${list.length})`, shown(list.map(({ given }) => given)),
      shown(exactOf(list, PROFILE)), shown(exactOf(list, RESTYLE)), shown(bestOf(list)),
    ]];
  }));
  return table(['laid out by', "project's own style", 'as given', PROFILE, RESTYLE, 'best peer of each project'], lines);
}

function projectTable(pairs: readonly Pair[]): string {
  const kinds = unique(pairs.map(({ kind }) => kind));
  return table(['project', ...kinds], unique(pairs.map(({ project }) => project)).map((project) => [
    project, ...kinds.map((kind) => {
      const pair = pairs.find((candidate) => candidate.project === project && candidate.kind === kind);
      if (pair === undefined) return '';
      const text = `${figure(pair.given)} → ${figure(pair.exact.get(RESTYLE)!)}`;
      return pair.best === undefined ? text : `${text}, ${figure(pair.best.exact)}`;
    }),
  ]));
}

function behindTable(pairs: readonly Pair[]): string {
  const behind = pairs.filter(isBehind);
  if (pairs.every(({ best }) => best === undefined)) return 'No peer was there to compare with.';
  if (behind.length === 0) return 'Nowhere.';
  return table(['laid out by', 'project', 'best peer', 'reaches', RESTYLE, 'nnfmt - peer'], behind.map(({ kind, project, best, exact }) => {
    const own = exact.get(RESTYLE)!;
    return [kind, project, best!.tool, figure(best!.exact), figure(own), (own - best!.exact).toFixed(4)];
  }));
}

function functionTable(rows: readonly FunctionRow[]): string {
  const line = (title: string, list: readonly FunctionRow[]): string[] => {
    const sum = (of: (row: FunctionRow) => number): number => list.reduce((total, row) => total + of(row), 0);
    const functions = sum((row) => row.functions);
    return [
      title, String(functions), shown(list.map(({ inputExact }) => inputExact)), shown(list.map(({ exact }) => exact)),
      figure(sum((row) => row.whole) / functions), String(sum((row) => row.elsewhere)),
    ];
  };
  const kinds = unique(rows.map(({ kind }) => kind));
  return table(['laid out by', 'functions', 'as given', 'exact', 'functions as their author has them', 'gaps changed elsewhere'], [
    ...kinds.map((kind) => line(kind, rows.filter((row) => row.kind === kind))),
    ...PROJECT_KINDS.filter((kind) => rows.some(({ projectKind }) => projectKind === kind))
      .map((kind) => line(`*all, in projects: ${kind}*`, rows.filter(({ projectKind }) => projectKind === kind))),
    line('*all*', rows),
  ]);
}

function cleanTable(rows: readonly ForeignRow[]): string {
  const clean = rows.filter(({ kind, tool }) => kind === CLEAN && tool === PROFILE);
  const restyled = rows.filter(({ kind, tool }) => kind === CLEAN && tool === RESTYLE);
  const changed = (list: readonly ForeignRow[]): string => mean(list.map(({ exact }) => 1 - exact)).toFixed(5).replace(/^0/u, '');
  const untouched = (list: readonly ForeignRow[]): string => figure(mean(list.map((row) => row.untouched)));
  return table(['project', 'files', 'gaps changed', 'files untouched', 'gaps changed by restyle', 'untouched by restyle'], [
    ...clean.map((row) => {
      const other = restyled.filter(({ project }) => project === row.project);
      return [row.project, String(row.files), changed([row]), untouched([row]), changed(other), untouched(other)];
    }),
    ['*mean*', String(clean.reduce((sum, { files }) => sum + files, 0)), changed(clean), untouched(clean), changed(restyled), untouched(restyled)],
  ]);
}
