import type { FieldPath } from '../kubernetes/index.ts'
import type { Detection } from './check.ts'
import { Said } from './said.ts'

/**
 * What a check has said of a place: a container by its list and index, several of them, or the pod. Most of what is
 * said, is said of thousands of objects in the same form, so that path and patch are put together once.
 */
export interface Place {
  /**
   * Gives back the detection that the check made for an equal place, number and text, or makes it; its message with the
   * given data in either case.
   *
   * @param number - one of few; with `text` it tells apart all that `make` looks at beside the place and the data
   * @param data - of the message: nothing else of the detection may depend on it
   * @param make - undefined where there is nothing to report
   */
  recall(
    number: number,
    text: string | undefined,
    data: object,
    make: () => Detection | undefined,
  ): Detection | undefined
  /** This place together with another. */
  and(other: Place): Place
}

/** The places of one object. Where the pod stands in it, no key need say. */
export interface Places {
  readonly pod: Place
  container(list: string, index: number): Place
}

const AFRESH: Place = { recall: (_number, _text, _data, make) => make(), and: () => AFRESH }

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
  }

  container(list: string, index: number): Place {
    return this.#current.container(list, index)
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
  readonly #containers = new Map<string, SaidPlace[]>()

  constructor(said: SaidPlaces) {
    this.#said = said
    this.pod = new SaidPlace(said)
  }

  container(list: string, index: number): SaidPlace {
    let places = this.#containers.get(list)
    if (places === undefined) {
      places = []
      this.#containers.set(list, places)
    }
    places[index] ??= new SaidPlace(this.#said)
    return places[index]
  }
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

  recall(
    number: number,
    text: string | undefined,
    data: object,
    make: () => Detection | undefined,
  ): Detection | undefined {
    const { check } = this.#said
    const first = text === undefined ? this.#byCheck[check] : this.#byText[check]?.get(text)
    for (let said = first; said !== undefined; said = said.next)
      if (said.number === number) return said.of(data)
    this.#said.count()
    const said = new Said(number, make(), first)
    if (text === undefined) this.#byCheck[check] = said
    else this.#textsOf(check).set(text, said)
    return said.of(data)
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
