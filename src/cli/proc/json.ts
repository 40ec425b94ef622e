import type { Render } from '../../messages/index.ts'
import { secretVariables, writablePaths } from '../../runtime/behavior/index.ts'
import type { SeenProcess } from './command.ts'
import { maskedArguments } from './masked-arguments.ts'

/**
 * Processes as one JSON document, `{"processes": […]}`: the facts, exposures and drift. A variable that looks like a secret
 * has `value: null` and `isSecret: true` unless secrets are shown.
 */
export function processesJson(seen: readonly SeenProcess[], render: Render, showsSecrets: boolean): string {
  const processes = seen.map(({ facts, pod, container, image, exposures, drift }) => {
    const secrets = secretVariables(facts)
    return {
      ...facts,
      args: showsSecrets ? facts.args : maskedArguments(facts.args),
      ...(pod !== undefined && { pod }),
      ...(container !== undefined && { container }),
      ...(image !== undefined && { image }),
      environment: facts.environment.map(({ name, value }) =>
        secrets.has(name)
          ? { name, value: showsSecrets ? value : null, isSecret: true, kind: secrets.get(name) }
          : { name, value },
      ),
      writablePaths: writablePaths(facts),
      exposures: exposures.map(({ id, severity, message, remedy }) => ({
        id,
        severity,
        message: render(message),
        ...(remedy && { remedy: render(remedy) }),
        data: message.data,
      })),
      ...(drift && {
        drift: drift.map(({ note, ...row }) => ({ ...row, ...(note && { note: render(note) }) })),
      }),
    }
  })
  return `${JSON.stringify({ processes }, null, 2)}\n`
}
