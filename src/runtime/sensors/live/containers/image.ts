/** The parts of an image's name as rules ask for them. */
export interface ImageParts {
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

/**
 * @param image - as the container's specification names it: `docker.io/library/nginx:1.27`, or with `@sha256:…`
 * @param reference - the same with its digest, where the runtime tells it
 */
export function splitImage(image: string, reference: string): ImageParts {
  const [name = '', ownDigest = ''] = image.split('@', 2)
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  const digest = ownDigest || (reference.split('@', 2)[1] ?? '')
  return {
    repository: colon < 0 ? name : name.slice(0, colon),
    tag: colon < 0 ? '' : name.slice(colon + 1),
    digest,
  }
}
