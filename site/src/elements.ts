/** The element of an id, which the page has. */
export function at<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element as T;
}

export const show = (id: string, isShown: boolean): void => {
  at(id).hidden = !isShown;
};

export const press = (id: string, isPressed: boolean): void => at(id).setAttribute('aria-pressed', String(isPressed));

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const milliseconds = (ms: number): string => ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const plural = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
