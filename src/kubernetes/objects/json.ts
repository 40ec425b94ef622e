/** Whether a value of JSON is an object, and no list. What its fields hold is not known. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
