import { createColors } from 'picocolors'
import { visible } from '../../findings/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import type { Proposal } from '../../runtime/behavior/index.ts'
import { profileCommandMessages } from './messages.ts'
import type { PatchedManifest } from './patched.ts'

const { make } = profileCommandMessages

/** A proposal as text for a terminal, with the patch behind it. */
export function proposalText(
  name: string,
  proposal: Proposal,
  patched: PatchedManifest | undefined,
  render: Render,
  colour: boolean,
): string {
  const paint = createColors(colour)
  const lines: string[] = []
  const say = (message: Message, indent = '  ') => lines.push(`${indent}${visible(render(message))}`)
  const { calls, seccomp, completeness, capabilities, nonRoot, readOnlyRoot, noPrivilegeEscalation, ports } =
    proposal
  const allowed = seccomp.syscalls.find(({ action }) => action === 'SCMP_ACT_ALLOW')?.names.length ?? 0
  lines.push(paint.bold(visible(render(make.heading({ name, recordings: proposal.recordings })))))
  say(make.calls({ observed: calls.length, allowed }))
  if (proposal.startCalls.length > 0) say(make.startCalls({ count: proposal.startCalls.length }), '    ')
  say(completenessSaid(completeness))
  for (const phase of completeness.phases)
    say(
      make.phases({
        isStartSeen: phase.isStartSeen,
        start: Math.round(phase.startUpSeconds),
        startCalls: phase.startUpCalls,
        steady: Math.round(phase.steadySeconds),
        steadyCalls: phase.steadyCalls,
      }),
      '    ',
    )
  for (const doubt of completeness.doubts) lines.push(paint.yellow(`    ${visible(render(doubt))}`))
  say(make.capabilities({ names: capabilities }))
  if (!completeness.isStartSeen) say(make.capabilitiesLeft({}), '    ')
  say(make.nonRoot({ verdict: nonRoot.verdict, user: nonRoot.user }))
  for (const reason of nonRoot.reasons) say(reason, '    ')
  say(make.readOnlyRoot({ verdict: readOnlyRoot.verdict, folders: readOnlyRoot.paths.emptyDirs }))
  for (const reason of readOnlyRoot.reasons) say(reason, '    ')
  say(make.escalation({ verdict: noPrivilegeEscalation.verdict }))
  for (const reason of noPrivilegeEscalation.reasons) say(reason, '    ')
  if (ports.length > 0) say(make.ports({ ports: ports.map(({ port, protocol }) => `${port}/${protocol}`) }))
  if (patched !== undefined) {
    say(make.level({ level: patched.level }))
    if (patched.misses !== undefined)
      say(
        make['level-misses']({ level: patched.misses.level, reasons: patched.misses.reasons.join('; ') }),
        '    ',
      )
    lines.push('', patched.diff.trimEnd())
  }
  return `${lines.join('\n')}\n`
}

function completenessSaid({ isStartSeen, steadyEstimate, unseen }: Proposal['completeness']): Message {
  if (steadyEstimate === null) return isStartSeen ? make.noEstimate({}) : make.nothingEstimated({})
  const found = { percent: Math.floor(steadyEstimate * 100), unseen: Math.ceil(unseen) }
  return isStartSeen ? make.completeness(found) : make.steadyCompleteness(found)
}

/** The same as one JSON document. */
export function proposalJson(
  name: string,
  proposal: Proposal,
  patched: PatchedManifest | undefined,
  render: Render,
): string {
  const said = (messages: readonly Message[]) => messages.map((message) => render(message))
  const { nonRoot, readOnlyRoot, noPrivilegeEscalation, completeness } = proposal
  const document = {
    ...proposal,
    name,
    nonRoot: { ...nonRoot, reasons: said(nonRoot.reasons) },
    readOnlyRoot: { ...readOnlyRoot, reasons: said(readOnlyRoot.reasons) },
    noPrivilegeEscalation: { ...noPrivilegeEscalation, reasons: said(noPrivilegeEscalation.reasons) },
    completeness: { ...completeness, doubts: said(completeness.doubts) },
    ...(patched && {
      podSecurityLevel: patched.level,
      ...(patched.misses && { podSecurityMisses: patched.misses }),
      patch: patched.diff,
      manifest: patched.text,
    }),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
