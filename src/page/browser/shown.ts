// Elements of the page. Texts from outside (names of files and classes) only become text nodes.

export const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** For screen readers. */
export const announce = (text: string): void => {
  byId('status').textContent = text;
};
