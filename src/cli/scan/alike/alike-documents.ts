import {
  createTally,
  type FailOn,
  type Outlet,
  RepeatedObject,
  type ResourceReference,
  recordFindings,
  repeatFindings,
  type Stencil,
  type Summary,
  type Tally,
} from '../../../findings/index.ts'
import {
  hashAround,
  isWorkload,
  nameInText,
  parseDocument,
  type SourceDocument,
  type TextDocument,
  type TextSpan,
} from '../../../kubernetes/index.ts'
import type { Evaluated } from '../evaluate.ts'
import type { LaneCounts } from '../lane.ts'
import { NameWatch } from './name-watch.ts'
import { RecentForms } from './recent-forms.ts'

/** Longer documents are rarely alike. */
const MAX_LENGTH = 64 * 1024
/** Bytes of texts and stencils that are kept. */
const MAX_KEPT = 16 * 1024 * 1024
/** What an entry costs beside its text and stencils, about. */
const ENTRY_BYTES = 1024
/** Texts that were met once: where all differ, nothing more than a number is kept of each. */
const MAX_MET = 100_000

/** What is known of documents that differ in nothing but the object's name. */
type Form =
  /** What is said of them is not the same: it depends on the name, or is more than findings that count. */
  'own' | RecordedForm

interface RecordedForm {
  readonly stencils: Stencil[]
  readonly counted: Summary
  /** Absent where nothing is said. */
  readonly resource: ResourceReference | undefined
}

/** What documents are evaluated and reported with: those of one run, in one thread. */
export interface AlikeSetting {
  /** Evaluates a document; what it does with the object's name is watched. */
  readonly evaluate: (document: SourceDocument, watch: NameWatch) => Evaluated
  readonly outlets: readonly Outlet[]
  readonly failOn: FailOn
}

/** Where it is counted what became of a document. */
export interface Counting {
  readonly tally: Tally
  readonly counts: LaneCounts
}

/**
 * A cluster's manifests hold many workloads that are alike: what was said of one is right for all that differ from it in
 * their name alone, as long as nothing was made of that name. The first of them is evaluated, the second too, and watched;
 * of all others what the second gave is copied.
 *
 * Right only while every document is evaluated the same way whenever it comes: not with a baseline, and where a namespace
 * becomes known all begins again (see `forget`).
 */
export class AlikeDocuments {
  readonly #setting: AlikeSetting
  readonly #met = new RecentForms<number, true>(MAX_MET)
  #forms = new RecentForms<string, Form>(MAX_KEPT)

  constructor(setting: AlikeSetting) {
    this.#setting = setting
  }

  /** Nothing that was said is right any more for what comes. */
  forget(): void {
    this.#forms = new RecentForms(MAX_KEPT)
  }

  /** @returns whether the document was evaluated and reported; else nothing was done */
  take(file: string, document: TextDocument, counting: Counting): boolean {
    const { text } = document
    if (text.length > MAX_LENGTH || document.isJson === true || document.oversized) return false
    const span = nameInText(text)
    if (span === undefined) return false
    const hash = hashAround(text, span)
    if (this.#met.get(hash) === undefined) {
      this.#met.set(hash, true, 1)
      return false
    }
    const key = `${text.slice(0, span.start)}\0${text.slice(span.end)}`
    const form = this.#forms.get(key)
    if (form === 'own') return false
    if (form === undefined) {
      // The first finding of a report is written otherwise than all others.
      return hasFindings(counting.tally) && this.#record(key, file, document, span, counting)
    }
    this.#repeat(form, file, document, text.slice(span.start, span.end), counting)
    return true
  }

  #record(
    key: string,
    file: string,
    document: TextDocument,
    span: TextSpan,
    { tally, counts }: Counting,
  ): boolean {
    const { evaluate, outlets, failOn } = this.#setting
    const { documents, problems } = parseDocument(file, document)
    const [parsed, second] = documents
    const isFit =
      parsed !== undefined &&
      second === undefined &&
      problems.length === 0 &&
      isWorkload(parsed.object) &&
      isNameAt(parsed, document, span)
    if (!isFit) {
      this.#keep(key, 'own')
      return false
    }
    const watch = new NameWatch(parsed)
    const evaluated = evaluate(watch, watch)
    const { findings } = evaluated
    if (evaluated.problems.length > 0 || findings.some(({ suppression }) => suppression !== undefined)) {
      this.#keep(key, 'own')
      return false
    }
    const stencils = recordFindings(outlets, findings, document.line)
    const own = createTally(failOn)
    for (const finding of findings) own.finding(finding)
    const counted = own.summary({ files: 0, objects: 0 })
    tally.add(counted)
    counts.objects++
    // Without stencils all begins again with the next.
    if (stencils !== undefined)
      this.#keep(key, watch.wasRead ? 'own' : { stencils, counted, resource: findings[0]?.finding.resource })
    return true
  }

  #repeat(
    form: RecordedForm,
    file: string,
    { line }: TextDocument,
    name: string,
    { tally, counts }: Counting,
  ): void {
    const { outlets } = this.#setting
    counts.objects++
    if (form.resource === undefined) return
    tally.add(form.counted)
    const object = new RepeatedObject(file, { ...form.resource, name }, line)
    repeatFindings(outlets, form.stencils, object)
  }

  #keep(key: string, form: Form): void {
    const stencils = typeof form === 'string' ? [] : form.stencils
    const size = stencils.reduce((sum, { bytes }) => sum + bytes.length, key.length + ENTRY_BYTES)
    this.#forms.set(key, form, size)
  }
}

function hasFindings(tally: Tally): boolean {
  return tally.summary({ files: 0, objects: 0 }).total > 0
}

/** Whether what looked like the object's name is. */
function isNameAt(parsed: SourceDocument, { text, line }: TextDocument, { start, end }: TextSpan): boolean {
  if (parsed.object.metadata?.name !== text.slice(start, end)) return false
  const before = text.slice(0, start)
  const lineStart = before.lastIndexOf('\n') + 1
  const position = parsed.locate(['metadata', 'name'])
  return (
    position.line === line + before.split('\n').length - 1 &&
    position.column === before.length - lineStart - 'name: '.length + 1
  )
}
