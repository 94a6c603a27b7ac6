/** A cell as nbformat writes it. */
export function codeCell(source: readonly string[] | string, id = 'a'): object {
  return {
    cell_type: 'code', execution_count: 3, id, metadata: { tags: ['keep'], 'x-1e3': 1e3 },
    outputs: [{ name: 'stdout', output_type: 'stream', text: ['x=1  \n', 'é'] }], source,
  };
}

/** The JSON of a notebook (nbformat 4.5) in the form that Jupyter writes. */
export function notebookJson(cells: readonly object[], more: object = {}): string {
  const notebook = {
    cells, metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4, nbformat_minor: 5, ...more,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** A notebook whose code cells hold these texts, split into lines as nbformat does. */
export const notebookOf = (...texts: readonly string[]): string =>
  notebookJson(texts.map((text, k) => codeCell(text.split(/(?<=\n)/u), `id-${k}`)));

/** The texts of the cells of a notebook. */
export function cellTexts(json: string): string[] {
  const { cells } = JSON.parse(json) as { cells: { source: string | string[] }[] };
  return cells.map(({ source }) => (typeof source === 'string' ? source : source.join('')));
}
