import { splitImage } from './image.ts'

/** What nobody has told of a container. */
export const UNKNOWN = {
  image: '',
  imageId: '',
  ...splitImage('', ''),
  isPrivileged: undefined,
  ip: '',
  mounts: [],
  podLabels: new Map<string, string>(),
  cniResult: '',
  hostPid: undefined,
  hostNetwork: undefined,
  hostIpc: undefined,
}
