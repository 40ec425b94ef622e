const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/

/** RFC 1123: at most 63 lower-case letters, digits and hyphens, no hyphen at either end. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text)
}

/** RFC 1123: labels with dots between, at most 253 characters. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label))
}
