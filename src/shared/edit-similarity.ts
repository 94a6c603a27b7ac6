/** 2·M/T of two texts between 0 and 1, where M is the length of their longest common subsequence. */
export function editRatio(a: string, b: string): number {
  const total = a.length + b.length;
  return total === 0 ? 1 : (2 * commonLength(a, b)) / total;
}

function commonLength(a: string, b: string): number {
  let row = new Uint32Array(b.length + 1);
  let next = new Uint32Array(b.length + 1);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) next[j + 1] = a[i] === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    [row, next] = [next, row];
  }
  return row[b.length];
}
