import type { Extract, MakeExtractor } from './extractor.ts'
import { child, textOf, valueAt } from './json.ts'
import { collect } from './walk.ts'

/** `ka.uri.param[NAME]`: the first value of a parameter of the request's query. */
export const uriParameter: MakeExtractor = (name = '') => {
  return (event) => {
    const uri = child(event, 'requestURI')
    if (uri === undefined) return undefined
    const text = textOf(uri)
    const query = text.indexOf('?')
    if (query < 0) return undefined
    const fragment = text.indexOf('#', query)
    const search = text.slice(query + 1, fragment < 0 ? undefined : fragment)
    // It drops one question mark at the beginning: a second one is part of the first name.
    return new URLSearchParams(`?${search}`).get(name) ?? undefined
  }
}

/** `ka.target.pod.name`: the name that the API server gave the pod, where the request is about pods. */
export const targetPodName: MakeExtractor = () => (event) => {
  if (valueAt(event, ['objectRef', 'resource']) !== 'pods') return undefined
  const name = valueAt(event, ['responseObject', 'metadata', 'name'])
  return name === undefined ? undefined : textOf(name)
}

/** `ka.req.volume.hostpath[PATH]`: whether a volume mounts that path of the host; a trailing `*` asks for a prefix. */
export const mountsHostPath: MakeExtractor = (path = '') => {
  const prefix = path.endsWith('*') ? path.slice(0, -1) : undefined
  return (event) => {
    const paths = collect(event, ['requestObject', 'spec', 'volumes', 'hostPath', 'path'], undefined)
    if (paths === undefined) return undefined
    return String(paths.some((value) => value !== undefined && matches(textOf(value))))
  }

  function matches(mounted: string): boolean {
    return mounted === path || (prefix !== undefined && mounted.startsWith(prefix))
  }
}

/** `ka.req.pod.volumes.volume_type`: every key of every volume but its name. */
export const volumeTypes: MakeExtractor = (argument) => {
  const index = argument === undefined ? undefined : Number(argument)
  const extract: Extract = (event) => {
    const volumes = collect(event, ['requestObject', 'spec', 'volumes', ''], index)
    if (volumes === undefined) return undefined
    const types = volumes.flatMap((volume) =>
      typeof volume === 'object' && volume !== null && !Array.isArray(volume)
        ? Object.keys(volume).filter((key) => key !== 'name')
        : [],
    )
    return types.length === 0 ? null : types
  }
  return extract
}
