import { Counter, type CounterConfiguration, Histogram, type HistogramConfiguration } from 'prom-client'

type Labels<Label extends string> = Readonly<Record<Label, string | number>>

/** One set of labels of a counter. */
export interface Tally {
  inc(): void
}

/** What is known of a key, or else made now. */
export function kept<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** One set of labels of a histogram. */
export interface Durations {
  observe(seconds: number): void
}

/**
 * A counter whose sets of labels are looked up once: prom-client's own makes a key of all labels at each count, which
 * costs more than the rest of a request's bookkeeping.
 *
 * @returns makes the tally of a set of labels, to be kept by who counts
 */
export function talliedCounter<Label extends string>(
  configuration: CounterConfiguration<Label>,
): (labels: Labels<Label>) => Tally {
  const tallies: { readonly labels: Labels<Label>; count: number }[] = []
  new Counter({
    ...configuration,
    collect() {
      for (const tally of tallies) {
        if (tally.count > 0) this.inc(tally.labels, tally.count)
        tally.count = 0
      }
    },
  })
  return (labels) => {
    const tally = { labels, count: 0 }
    tallies.push(tally)
    return {
      inc: () => {
        tally.count += 1
      },
    }
  }
}

interface Observed<Label extends string> {
  readonly labels: Labels<Label>
  /** One for each bucket, and one for what is above all. */
  readonly counts: number[]
  sum: number
}

/** A histogram of the same kind; its buckets have to be given. */
export class TalliedHistogram<Label extends string> extends Histogram<Label> {
  readonly #name: string
  readonly #help: string
  readonly #buckets: readonly number[]
  readonly #observed: Observed<Label>[] = []

  constructor(configuration: HistogramConfiguration<Label> & { readonly buckets: number[] }) {
    super(configuration)
    this.#name = configuration.name
    this.#help = configuration.help
    this.#buckets = configuration.buckets
  }

  /** Makes the durations of a set of labels, to be kept by who observes. */
  durations(labels: Labels<Label>): Durations {
    const buckets = this.#buckets
    const observed = { labels, counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 }
    this.#observed.push(observed)
    return {
      observe(seconds) {
        let bucket = 0
        while (bucket < buckets.length && seconds > (buckets[bucket] as number)) bucket++
        observed.counts[bucket] = (observed.counts[bucket] as number) + 1
        observed.sum += seconds
      },
    }
  }

  /** What the registry asks for when it makes the text. */
  getForPromString() {
    const values = this.#observed.flatMap((observed) => this.#values(observed))
    return { name: this.#name, help: this.#help, type: 'histogram', values, aggregator: 'sum' }
  }

  #values({ labels, counts, sum }: Observed<Label>) {
    let count = 0
    const named = (metricName: string, value: number, le?: number | string) => ({
      metricName: `${this.#name}_${metricName}`,
      labels: le === undefined ? labels : { le, ...labels },
      value,
    })
    const buckets = counts.map((each, index) => {
      count += each
      return named('bucket', count, this.#buckets[index] ?? '+Inf')
    })
    return [...buckets, named('sum', sum), named('count', count)]
  }
}
