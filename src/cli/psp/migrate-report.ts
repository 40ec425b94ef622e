import { visible } from '../../findings/index.ts'
import type { SourceDocument } from '../../kubernetes/index.ts'
import type { Render } from '../../messages/index.ts'
import type { Migration, MigrationNote } from '../../pod-security/index.ts'
import type { TextSettings } from './check-report.ts'
import { pspMessages } from './messages.ts'

/** A policy of the input with the plan for it. */
export interface PlannedMigration {
  readonly document: SourceDocument
  readonly plan: Migration
}

const { make } = pspMessages

/** One JSON document: `{policies: [{policy, file, line, level, mode, modes, labels, stricter, lost, mutations}]}`. */
export function migrationJson(planned: readonly PlannedMigration[], render: Render): string {
  const noteJson = ({ message, ...note }: MigrationNote) => ({ ...note, message: render(message) })
  const policies = planned.map(({ document, plan }) => ({
    policy: plan.policy,
    file: document.file,
    ...document.locate([]),
    level: plan.level,
    mode: plan.mode,
    modes: plan.modes,
    labels: plan.labels,
    stricter: plan.stricter.map(noteJson),
    lost: plan.lost.map(noteJson),
    mutations: plan.mutations.map(noteJson),
  }))
  return `${JSON.stringify({ policies }, null, 2)}\n`
}

/** For each policy the level, the labels ready to be pasted, and what the move changes. */
export function migrationText(planned: readonly PlannedMigration[], settings: TextSettings): string {
  return planned.length === 0 ? '' : `${planned.map((each) => planText(each, settings)).join('\n\n')}\n`
}

function planText({ document, plan }: PlannedMigration, { render, colors }: TextSettings): string {
  const { level, modes } = plan
  const { line } = document.locate([])
  const advice =
    plan.mode === 'enforce' ? make.enforce({ level }) : make.warnFirst({ level, enforce: modes.enforce })
  const labels = Object.entries(plan.labels).map(([key, value]) => `${key}: ${value}`)
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [render(make.titleLevel({})), [render(advice)]],
    [render(make.titleLabels({})), labels],
    [render(make.titleStricter({})), texts(plan.stricter)],
    [render(make.titleLost({})), texts(plan.lost)],
    [render(make.titleMutations({})), texts(plan.mutations)],
  ]
  const title = `${colors.bold(visible(plan.policy))}  ${colors.dim(visible(`${document.file}:${line}`))}`
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([heading, lines]) => [
      `  ${colors.cyan(heading)}`,
      ...lines.map((text) => `    ${visible(text)}`),
    ])
  return [title, ...body].join('\n')

  function texts(notes: readonly MigrationNote[]): string[] {
    return notes.map(({ message }) => render(message))
  }
}
