/** "All objects in manifest files must have names ending with" it; in the API such names are reserved. */
export const STATIC_SUFFIX = '.static.k8s.io'

/** Whether a policy, binding or webhook configuration stands in a file instead of the API. */
export function isStatic(name: string): boolean {
  return name.endsWith(STATIC_SUFFIX)
}

/** "Manifest-based configurations are evaluated before API-based configurations"; among themselves by name. */
export function inOrderOfNames(one: string, other: string): number {
  if (isStatic(one) !== isStatic(other)) return isStatic(one) ? -1 : 1
  return one < other ? -1 : Number(one > other)
}
