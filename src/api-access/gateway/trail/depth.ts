import { isProtobuf, isYaml, parseBody } from './body.ts'

/**
 * So many levels an object may have. The API server reads ten times as many (encoding/json: "exceeded max depth"), but
 * no object of any API has a tenth, and what is deeper could be parsed but not written again.
 */
export const DEEPEST = 1000

/** Whether a body has more levels than the gate can work on. */
export function isTooDeep(body: Buffer, contentType: string): boolean {
  // Each level takes a byte to open it.
  if (body.length <= DEEPEST || isProtobuf(contentType)) return false
  return isYaml(contentType) ? isDeepYaml(body, contentType) : isDeepJson(body)
}

const [QUOTE, BACKSLASH, BRACE, BRACE_END, BRACKET, BRACKET_END] = Buffer.from('"\\{}[]')

/** Looks at the bytes alone: to parse it first is what the sender wants. */
function isDeepJson(body: Buffer): boolean {
  let depth = 0
  let isText = false
  for (let index = 0; index < body.length; index++) {
    const byte = body[index]
    if (isText) {
      if (byte === BACKSLASH) index++
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (byte === BRACE || byte === BRACKET) {
      depth++
      if (depth > DEEPEST) return true
    } else if (byte === BRACE_END || byte === BRACKET_END) depth--
  }
  return false
}

/** YAML shows its levels only when it is parsed; the parser goes down level by level until there is no more room. */
function isDeepYaml(body: Buffer, contentType: string): boolean {
  try {
    return isDeeper(parseBody(body, contentType))
  } catch (error) {
    if (error instanceof RangeError) return true
    throw error
  }
}

function isDeeper(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}
