import type { Page } from 'playwright-core'

/**
 * Everything that the page says to its reader, whether visible now or after opening: texts outside of code, links and ids of checks,
 * and the labels of its controls. One entry a text node, trimmed, each only once.
 */
export async function textsOf(page: Page): Promise<readonly string[]> {
  const texts: string[] = await page.evaluate(`(() => {
    const texts = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode
      if (parentElement.closest('code, pre, a, script, style, option:not([value=""])') === null) texts.push(textContent.trim())
    }
    for (const element of document.querySelectorAll('[placeholder], [aria-label], [title], [data-text]'))
      for (const name of ['placeholder', 'aria-label', 'title', 'data-text']) texts.push(element.getAttribute(name) ?? '')
    return texts
  })()`)
  return [...new Set(texts)].filter((text) => /\p{L}{2}/u.test(text))
}

/** Names are names in every language: of objects, files, units of time, the program and its version. */
export function isName(text: string): boolean {
  return NAMES.some((pattern) => pattern.test(text))
}

const NAMES = [
  /^[A-Z][A-Za-z]+ [\w.:-]+$/, // kind and name of an object
  /^(· )?[\w./<>-]+\.(ya?ml|json)(:\d+:\d+)?$/, // a file, with a place in it
  /^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
  /^Haetae \d+\.\d+\.\d+$/,
]
