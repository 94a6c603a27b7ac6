/** How a project is kept, as far as tables group by it. */
export type ProjectKind = 'black or ruff' | 'two spaces' | 'tabs' | 'by hand';

export const PROJECT_KINDS: readonly ProjectKind[] = ['black or ruff', 'two spaces', 'tabs', 'by hand'];

/** The validation projects. */
const KNOWN: Readonly<Record<string, ProjectKind>> = {
  'psf+requests': 'black or ruff',
  'tornadoweb+tornado': 'black or ruff',
  'pallets+werkzeug': 'black or ruff',
  'google+trax': 'two spaces',
  'frappe+lms': 'tabs',
  'celery+celery': 'by hand',
  'spotify+luigi': 'by hand',
  'src-d+style-analyzer': 'by hand',
};

/**
 * The kind of a project.
 *
 * @param more kinds of projects that are not among the validation projects
 * @throws Error for a project whose kind nobody told
 */
export function projectKind(project: string, more: Readonly<Record<string, string>> = {}): ProjectKind {
  const kind = KNOWN[project] ?? PROJECT_KINDS.find((candidate) => candidate === more[project]);
  if (kind === undefined) throw new Error(`${project}: name its kind (${PROJECT_KINDS.join(', ')}) with --kinds`);
  return kind;
}
