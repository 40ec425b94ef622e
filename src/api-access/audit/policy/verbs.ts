/** Verbs of requests for resources (Kubernetes documentation, "Authorization", "Determine the request verb"). */
export const RESOURCE_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
] as const
