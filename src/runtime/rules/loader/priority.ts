/** Falco's priorities, the gravest first (falco_common.cpp, priority_names). */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const

export type Priority = (typeof PRIORITIES)[number]

/** @returns the priority that a text names, in any case; `info` is Informational */
export function parsePriority(text: string): Priority | undefined {
  const name = text.toLowerCase()
  if (name === 'info') return 'Informational'
  return PRIORITIES.find((priority) => priority.toLowerCase() === name)
}

/** Whether a priority is at least as grave as another. */
export function isAtLeast(priority: Priority, minimum: Priority): boolean {
  return PRIORITIES.indexOf(priority) <= PRIORITIES.indexOf(minimum)
}
