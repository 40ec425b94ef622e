/** The parts of an image reference, defaults applied. */
export interface ImageReference {
  /** Registry's host and port; `docker.io` where the reference names none. */
  readonly domain: string
  /** Repository in the registry; official Docker Hub images are under `library/`. */
  readonly repository: string
  readonly tag?: string
  /** `algorithm:hex`. */
  readonly digest?: string
}

// The grammar of github.com/distribution/reference (reference.go, "Grammar"), which the kubelet follows:
//   reference := name [ ":" tag ] [ "@" digest ]
const PATH_COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const HOST_COMPONENT = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const DOMAIN = `(?:${HOST_COMPONENT}(?:\\.${HOST_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`
const REFERENCE = new RegExp(
  `^(?:(?<domain>${DOMAIN})/)?(?<path>${PATH_COMPONENT}(?:/${PATH_COMPONENT})*)` +
    `(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
)

/** The algorithms that github.com/opencontainers/go-digest knows, each with as many digits as it has (`Digest.Validate`). */
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/

/** A longer reference cannot be valid: 255 for the name, 128 for the tag, a SHA-512 digest, separators. */
const MAX_LENGTH = 255 + 1 + 128 + 1 + 7 + 128

const DEFAULT_DOMAIN = 'docker.io'

/**
 * Reads an image reference as container runtimes do.
 *
 * @param image - `container.image`, e.g. `registry.example.com:5000/shop/cart:1.2@sha256:…`
 * @returns undefined for what is no valid reference (a template's placeholder, an upper-case repository)
 * @see https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed
 */
export function parseImageReference(image: string): ImageReference | undefined {
  if (image.length > MAX_LENGTH) return undefined
  const slash = image.indexOf('/')
  const first = slash < 0 ? '' : image.slice(0, slash)
  // Without a domain in front of the name, `name:5000` is a tag and `name/x` a Docker Hub namespace.
  const hasDomain = slash >= 0 && isDomain(first)
  const groups = REFERENCE.exec(hasDomain ? image : `${DEFAULT_DOMAIN}/${image}`)?.groups
  if (groups === undefined) return undefined
  const domain = groups['domain'] === 'index.docker.io' ? DEFAULT_DOMAIN : (groups['domain'] ?? '')
  const path = groups['path'] ?? ''
  const repository = domain === DEFAULT_DOMAIN && !path.includes('/') ? `library/${path}` : path
  const { tag, digest } = groups
  if (digest !== undefined && !DIGEST.test(digest)) return undefined
  return { domain, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

/** References kept before starting afresh. */
const MAX_KEPT = 500

const kept = new Map<string, ImageReference | undefined>()

/** As `parseImageReference`; several checks ask for one image one after the other, and a cluster has few. */
export function imageReferenceOf(image: string): ImageReference | undefined {
  const known = kept.get(image)
  if (known !== undefined || kept.has(image)) return known
  if (kept.size >= MAX_KEPT) kept.clear()
  const reference = parseImageReference(image)
  kept.set(image, reference)
  return reference
}

/**
 * Whether an image is named by its content. Cheaper than parsing: most images of a cluster are asked only this.
 *
 * concepts/containers/images: "You can also specify an image by its digest, which makes sure that you always
 * pull the same image".
 */
export function hasDigest(image: string): boolean {
  const at = image.indexOf('@')
  return at >= 0 && DIGEST.test(image.slice(at + 1))
}

/** A first component is a registry when it has a dot, a port or upper case, or is `localhost`. */
function isDomain(component: string): boolean {
  return (
    component === 'localhost' ||
    component.includes('.') ||
    component.includes(':') ||
    component.toLowerCase() !== component
  )
}

/** Whether an image's name is left to a template or another tool to fill in: `${TAG}`, `{{ .Values.image }}`, `<image>`. */
export function isPlaceholder(image: string): boolean {
  return /[${}<>%]/.test(image)
}
