/** Objects of which the API server keeps something else than the manifest says; each with the reason. */
export const CHANGED_BY_SERVER = [
  {
    reason: 'Kubernetes 1.20 does not know a field and drops it',
    applies: (manifest: unknown, stored: unknown) =>
      !isKept(manifest, stored) || JSON.stringify(manifest).includes('"hostUsers":'),
  },
  {
    // "the kube-apiserver … keeps seccomp fields and annotations in step" until 1.27; today only fields count.
    reason: 'Kubernetes 1.20 makes fields of seccomp annotations',
    applies: (manifest: unknown) => SECCOMP.test(JSON.stringify(manifest)),
  },
] as const

const SECCOMP = /"(?:container\.)?seccomp\.security\.alpha\.kubernetes\.io\//

/** Whether everything that the manifest sets is set in what the server keeps; values may be written another way. */
function isKept(manifest: unknown, stored: unknown): boolean {
  if (isEmpty(manifest)) return true
  if (stored === undefined || stored === null) return false
  if (typeof manifest !== 'object' || manifest === null) return true
  if (typeof stored !== 'object') return false
  return Object.entries(manifest).every(([field, value]) =>
    isKept(value, (stored as Readonly<Record<string, unknown>>)[field]),
  )
}

/** What Go's JSON leaves out: false, 0, "", and lists and objects with nothing in them. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !value
  return Object.values(value).every(isEmpty)
}
