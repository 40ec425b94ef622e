import {
  type Check,
  type Detection,
  NO_PLACES,
  type PatchOperation,
  type Remediation,
  type Severity,
} from '../../../findings/index.ts'
import type { PodTemplateView } from '../../../kubernetes/index.ts'
import { defineMessages, type Localized, type Message } from '../../../messages/index.ts'
import type { Control, Offence, Revision } from '../control.ts'
import { withDefaults } from '../defaults.ts'
import { pathsOf } from '../setters.ts'
import { factsOf, type OffenceFacts, offencesOf } from './offence-facts.ts'
import { placeOfMissing } from './offence-place.ts'

/** One statement in every language, without Kubernetes' own words, which are added to it. */
export type Saying = { readonly [L in keyof Localized]: (facts: OffenceFacts) => string }

/** A patch for some offences. */
export interface Mending {
  readonly operations: readonly PatchOperation[]
  /** See `Remediation.safe`. */
  readonly safe: boolean
}

/** What the findings of one control say, and how they are mended. */
export interface ControlFindings {
  readonly control: Control
  readonly severity: Severity
  readonly title: Localized
  /** Documentation beside the page of the Pod Security Standards. */
  readonly references?: readonly string[]
  /** What is wrong; both for a control that forbids some values and misses others. */
  readonly forbidden?: Saying
  readonly missing?: Saying
  /** What to do, and what to look at before. */
  readonly advice: Localized
  /** Where the pod may set the field for all containers, one finding speaks of all that miss it. */
  readonly inheritedFrom?: readonly string[]
  severityOf?(facts: OffenceFacts): Severity | undefined
  mend?(offences: readonly Offence[], pod: PodTemplateView): Mending | undefined
  /** As text, all that `mend` looks at beside the offences. Without it nothing is recalled. */
  mendLooksAt?(offences: readonly Offence[], pod: PodTemplateView): string | undefined
}

/** A control of the standards, as checks of any of its versions. */
export interface ControlChecks {
  readonly control: Control
  /** The check that reports what the control asks for as of this revision. */
  as(revision: Revision): Check
}

const STANDARDS = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/'

/**
 * Makes the checks of a control. Each offence is a finding of its own, so that a finding has one place and a
 * new offence in an old workload is a new finding.
 */
export function controlChecks(findings: ControlFindings): ControlChecks {
  const { control, severity, title } = findings
  const messages = messagesOf(findings)
  const references = [`${STANDARDS}#${control.level}`, ...(findings.references ?? [])]
  return {
    control,
    as: (revision) => ({
      id: control.id,
      severity,
      title,
      messages,
      references,
      run({ pod }, report, places = NO_PLACES) {
        if (pod === undefined) return
        const judged = withDefaults(pod)
        if (!revision.forbids(judged)) return
        for (const offences of together(findings, revision.offences(judged))) {
          const facts = factsOf(offences)
          const make = () => detectionOf(findings, messages, facts, offences, pod)
          const place = findings.mendLooksAt && placeOfMissing(offences, places)
          const detection =
            place === undefined ? make() : place.recall(0, findings.mendLooksAt?.(offences, pod), facts, make)
          if (detection !== undefined) report(detection)
        }
      },
    }),
  }
}

type ControlMessages = ReturnType<typeof messagesOf>

function messagesOf({ control, forbidden, missing, advice }: ControlFindings) {
  return defineMessages(control.id, {
    forbidden: withWording(control, forbidden ?? missing),
    missing: withWording(control, missing ?? forbidden),
    advice: { en: () => advice.en, ko: () => advice.ko },
  })
}

/** Kubernetes' own words follow the sentence: they are what people search for. */
function withWording(control: Control, saying: Saying | undefined): Saying {
  const wording = (facts: OffenceFacts) => control.describe(offencesOf(facts))
  return {
    en(facts) {
      const { reason, detail } = wording(facts)
      return `${saying?.en(facts) ?? ''}: ${reason} (${detail})`
    },
    ko: (facts) => `${saying?.ko(facts) ?? ''} (\`${wording(facts).reason}\`)`,
  }
}

/** The offences that are one finding together. */
function together({ inheritedFrom }: ControlFindings, offences: readonly Offence[]): (readonly Offence[])[] {
  const inherited = offences.filter(({ kind }) => kind === 'missing' && inheritedFrom !== undefined)
  if (inherited.length === offences.length) return offences.length > 0 ? [offences] : []
  return offences.map((offence) => [offence])
}

function detectionOf(
  findings: ControlFindings,
  messages: ControlMessages,
  facts: OffenceFacts,
  offences: readonly Offence[],
  pod: PodTemplateView,
): Detection {
  const severity = findings.severityOf?.(facts)
  return {
    path: [...pod.path, ...placeOf(findings, offences)],
    message: messages.make[facts.kind](facts),
    remediation: remediationOf(findings, messages.make.advice({}), offences, pod),
    ...(severity && { severity }),
  }
}

function placeOf({ inheritedFrom }: ControlFindings, offences: readonly Offence[]) {
  const [first, second] = offences
  if (second !== undefined && inheritedFrom !== undefined) return inheritedFrom
  return first === undefined ? [] : pathsOf(first)[0]
}

function remediationOf(
  findings: ControlFindings,
  message: Message,
  offences: readonly Offence[],
  pod: PodTemplateView,
): Remediation {
  const mending = findings.mend?.(offences, pod)
  return { message, patch: mending?.operations ?? [], safe: mending?.safe ?? false }
}
