import type { FieldPath } from '../kubernetes/index.ts'
import type { Detection } from './check.ts'
import { newContent } from './content.ts'

/**
 * What a check has said of a place: a container by its list, index and name, several of them, or the pod. Most of
 * what is said, is said of thousands of objects in the same words, so that message, path and patch are put together
 * once.
 */
export interface Place {
  /**
   * Gives back the detection that the check made for an equal place, number and text, or makes it.
   *
   * @param number - one of few; with `text` it tells apart all that `make` looks at beside the place
   * @param make - undefined where there is nothing to report
   */
  recall(number: number, text: string | undefined, make: () => Detection | undefined): Detection | undefined
  /** This place together with another. */
  and(other: Place): Place
}

/** The places of one object. Where the pod stands in it, no key need say. */
export interface Places {
  readonly pod: Place
  container(list: string, index: number, name: string): Place
}

const AFRESH: Place = { recall: (_number, _text, make) => make(), and: () => AFRESH }

/** Nothing is kept; all is made afresh. */
export const NO_PLACES: Places = { pod: AFRESH, container: () => AFRESH }

/** Detections kept before starting afresh: bounds memory where every object is told something else. */
const MAX_KEPT = 20_000

/** Keeps what the checks of a scan say, object after object. */
export class SaidPlaces implements Places {
  pod: Place
  /** Which check asks, counted from 0. */
  check = 0
  #kept = 0
  readonly #pods = new Map<string, PodPlaces>()
  #current: PodPlaces
  /** The containers of the present object that were asked for. */
  readonly #lists: string[] = []
  readonly #indexes: number[] = []
  readonly #places: SaidPlace[] = []

  constructor() {
    this.#current = this.#podAt([])
    this.pod = this.#current.pod
  }

  /** @param place - of the next object's pod in the object */
  begin(place: FieldPath): void {
    if (this.#kept > MAX_KEPT) {
      this.#pods.clear()
      this.#kept = 0
    }
    this.#current = this.#podAt(place)
    this.pod = this.#current.pod
    this.#places.length = 0
  }

  container(list: string, index: number, name: string): Place {
    const places = this.#places
    for (let at = 0; at < places.length; at++)
      if (this.#indexes[at] === index && this.#lists[at] === list) return places[at] as SaidPlace
    const place = this.#current.container(list, index, name)
    this.#lists[places.length] = list
    this.#indexes[places.length] = index
    places.push(place)
    return place
  }

  /** Called when something more is kept. */
  count(): void {
    this.#kept++
  }

  #podAt(place: FieldPath): PodPlaces {
    const text = place.join('/')
    const known = this.#pods.get(text)
    if (known !== undefined) return known
    const pod = new PodPlaces(this)
    this.#pods.set(text, pod)
    return pod
  }
}

/** The places of pods that stand at one place in their objects. */
class PodPlaces {
  readonly pod: SaidPlace
  readonly #said: SaidPlaces
  readonly #containers = new Map<string, Map<string, SaidPlace>[]>()

  constructor(said: SaidPlaces) {
    this.#said = said
    this.pod = new SaidPlace(said)
  }

  container(list: string, index: number, name: string): SaidPlace {
    const byIndex = this.#containers.get(list) ?? []
    this.#containers.set(list, byIndex)
    const byName = byIndex[index] ?? new Map<string, SaidPlace>()
    byIndex[index] = byName
    const known = byName.get(name)
    if (known !== undefined) return known
    const place = new SaidPlace(this.#said)
    byName.set(name, place)
    return place
  }
}

/** One thing that was said; those that differ in the number alone form a chain. */
interface Said {
  readonly number: number
  readonly detection: Detection | undefined
  readonly next: Said | undefined
}

class SaidPlace implements Place {
  readonly #said: SaidPlaces
  /** What each check has said without a text, and what with one. */
  readonly #byCheck: (Said | undefined)[] = []
  readonly #byText: (Map<string, Said> | undefined)[] = []
  #joint: Map<Place, SaidPlace> | undefined

  constructor(said: SaidPlaces) {
    this.#said = said
    said.count()
  }

  recall(number: number, text: string | undefined, make: () => Detection | undefined): Detection | undefined {
    const { check } = this.#said
    const first = text === undefined ? this.#byCheck[check] : this.#byText[check]?.get(text)
    for (let said = first; said !== undefined; said = said.next)
      if (said.number === number) return said.detection
    this.#said.count()
    const made = make()
    const said = { number, detection: made && { ...made, content: newContent() }, next: first }
    if (text === undefined) this.#byCheck[check] = said
    else this.#textsOf(check).set(text, said)
    return said.detection
  }

  #textsOf(check: number): Map<string, Said> {
    const texts = this.#byText[check] ?? new Map<string, Said>()
    this.#byText[check] = texts
    return texts
  }

  and(other: Place): Place {
    this.#joint ??= new Map()
    const known = this.#joint.get(other)
    if (known !== undefined) return known
    const place = new SaidPlace(this.#said)
    this.#joint.set(other, place)
    return place
  }
}
