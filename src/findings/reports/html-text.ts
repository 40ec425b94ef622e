import { visible } from './visible.ts'

const SPECIAL = /[&<>"']/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for a page, in content or in a quoted attribute; what would not be seen is written out. */
export function html(text: string): string {
  return visible(text).replace(SPECIAL, (character) => ENTITIES[character] ?? character)
}

/** Like `html`, with what stands between backticks as code. */
export function prose(text: string): string {
  return html(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

/** A link where the address is one of the web; else only its text. */
export function link(url: string, text: string): string {
  if (!/^https?:\/\//i.test(url)) return html(text)
  return `<a href="${html(url)}" rel="noopener noreferrer">${html(text)}</a>`
}
