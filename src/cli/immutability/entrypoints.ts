import { type ContainerCommand, runtimeSockets } from '../../runtime/sensors/index.ts'
import { maskedArguments } from '../proc/masked-arguments.ts'

/** What a container was started with, beside what its image starts. */
export interface ContainerEntrypoint extends ContainerCommand {
  /** Whether it is the image's own, or another one was asked for: `command` of a pod, `--entrypoint` of Docker. */
  readonly isOfImage: boolean
}

const ANSWER_MILLISECONDS = 3000

/**
 * Asks the runtimes of this machine what containers were started with, those that still run.
 *
 * @param containerRuntime - socket of a runtime that is none of the usual ones
 * @returns by the container's short id; nothing of those that no runtime tells of
 */
export async function entrypointsOf(
  containers: readonly { readonly id: string }[],
  containerRuntime: string | undefined,
): Promise<ReadonlyMap<string, ContainerEntrypoint>> {
  const wanted = new Set(containers.map(({ id }) => id))
  const found = new Map<string, ContainerEntrypoint>()
  await Promise.allSettled(
    runtimeSockets(containerRuntime).map(async ({ list, commandOf }) => {
      for (const container of await list(ANSWER_MILLISECONDS)) {
        if (!wanted.has(container.id) || found.has(container.id)) continue
        // One that has ended meanwhile has none to tell.
        const command = await commandOf(container, ANSWER_MILLISECONDS).catch(() => undefined)
        if (command !== undefined && command.told.length > 0 && command.ofImage.length > 0)
          found.set(container.id, {
            ofImage: maskedArguments(command.ofImage),
            told: maskedArguments(command.told),
            isOfImage: isOfImage(command),
          })
      }
    }),
  )
  return found
}

/** The program decides: arguments are what `args` of a pod are for. */
function isOfImage({ told, ofImage }: ContainerCommand): boolean {
  return told[0] === ofImage[0]
}
